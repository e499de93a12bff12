"""Outcomes of face checks of people who turn as asked, and of simulated attacks.

Head turns are rendered; prints and screens are drawn. This measures the software. It is not an
evaluation after ISO/IEC 30107-3, which needs real attack instruments and people.
"""
