# The Debian packages that the queue and the cache link. Installed with them: their users need the same ones.

find_package(Threads REQUIRED)
find_package(PkgConfig REQUIRED)
find_package(Boost 1.81 REQUIRED COMPONENTS json url system)
find_package(OpenSSL REQUIRED)
find_package(spdlog REQUIRED)
find_package(fmt REQUIRED)
find_package(date CONFIG REQUIRED)
pkg_check_modules(SODIUM REQUIRED IMPORTED_TARGET libsodium)
# Not by pkg-config: its flags for building that library would reach every file of this one.
find_library(UTF8PROC utf8proc REQUIRED)
# Not by its own CMake file: that one asks for curl and civetweb, which its core does not use.
pkg_check_modules(PROMETHEUS REQUIRED IMPORTED_TARGET prometheus-cpp-core)
