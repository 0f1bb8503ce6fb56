# What mail, and the SQL and HTTP modules under it, link besides.

find_package(CURL REQUIRED)
find_package(ZLIB REQUIRED)
find_package(SQLite3 REQUIRED)
find_package(PostgreSQL REQUIRED)
find_package(LibXml2 REQUIRED)
pkg_check_modules(IDN REQUIRED IMPORTED_TARGET libidn2)
