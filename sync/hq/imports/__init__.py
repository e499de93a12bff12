"""Files that people bring: tables, archives, uploads and the jobs that read them."""
