"""Exit 0 when tests can create their databases on the PostgreSQL server of this address."""

import sys

import psycopg2

try:
    connection = psycopg2.connect(sys.argv[1], dbname="postgres", connect_timeout=5)
except psycopg2.OperationalError as error:
    sys.exit(" ".join(str(error).split()))
with connection, connection.cursor() as cursor:
    cursor.execute("SELECT rolcreatedb OR rolsuper FROM pg_roles WHERE rolname = current_user")
    if not cursor.fetchone()[0]:
        sys.exit("the role may not create databases")
