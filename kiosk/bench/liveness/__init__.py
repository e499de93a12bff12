"""How looks at check-in end for people who turn as asked, and for simulated attacks.

Head turns are rendered, prints and screens are drawn. This measures the software; it is no
evaluation after ISO/IEC 30107-3, which needs real attack instruments and people.
"""
