"""Files that staff bring: tables, archives, uploads, and the jobs that read them."""
