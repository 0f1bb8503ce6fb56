# Third-party libraries by the names add_module() uses: target third_party::<name> for each.
# All come from Debian packages; docs/adr says why each was chosen.

include(ThirdPartyPackages)
include(ThirdPartyMailPackages)
find_package(GTest REQUIRED)
pkg_check_modules(JWT REQUIRED IMPORTED_TARGET libjwt)
pkg_check_modules(JEMALLOC REQUIRED IMPORTED_TARGET jemalloc)
find_library(ZXCVBN zxcvbn REQUIRED)

function(third_party name)
  add_library(third_party_${name} INTERFACE)
  target_link_libraries(third_party_${name} INTERFACE ${ARGN})
  add_library(third_party::${name} ALIAS third_party_${name})
endfunction()

third_party(asio Boost::headers OpenSSL::SSL Threads::Threads)
third_party(beast Boost::headers)
third_party(json Boost::json)
third_party(url Boost::url)
third_party(zlib ZLIB::ZLIB)
third_party(sodium PkgConfig::SODIUM)
third_party(spdlog spdlog::spdlog fmt::fmt)
third_party(prometheus PkgConfig::PROMETHEUS)
third_party(sqlite SQLite::SQLite3)
third_party(postgres PostgreSQL::PostgreSQL)
third_party(curl CURL::libcurl)
third_party(jwt PkgConfig::JWT)
third_party(idn PkgConfig::IDN)
third_party(xml LibXml2::LibXml2)
third_party(jemalloc PkgConfig::JEMALLOC)
third_party(timezone date::date-tz)
third_party(unicode ${UTF8PROC})
third_party(resolv resolv)   # of glibc
third_party(zxcvbn ${ZXCVBN})
third_party(mustache)   # header only
third_party(cli11)      # header only

# Toolchain.cmake says so for everything built here; who links the installed library needs it as well.
target_compile_definitions(third_party_asio INTERFACE
  $<INSTALL_INTERFACE:BOOST_ASIO_SEPARATE_COMPILATION> $<INSTALL_INTERFACE:BOOST_ASIO_NO_DEPRECATED>)
