# The site: web/build.mjs makes one file of it, which site_pack.cpp carries into the program. Node and the packages of
# web/package-lock.json have to be there, which ./dev sees to; -DTRIPOS_WEB_DIST=DIR takes DIR/site.pack as it is.
set(TRIPOS_WEB_DIST "" CACHE PATH "Where the built site is; empty: it is built")
set(site_dist ${TRIPOS_WEB_DIST})
if(NOT site_dist)
  set(site_dist ${CMAKE_BINARY_DIR}/web)
  file(GLOB_RECURSE site_sources CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/web/src/* ${CMAKE_SOURCE_DIR}/web/worker/*)
  add_custom_command(
    OUTPUT ${site_dist}/site.pack
    COMMAND node ${CMAKE_SOURCE_DIR}/web/build.mjs ${site_dist}
    DEPENDS ${site_sources} ${CMAKE_SOURCE_DIR}/docs/troubleshooting.md ${CMAKE_SOURCE_DIR}/docs/sit-an-exam.md ${CMAKE_SOURCE_DIR}/web/build.mjs ${CMAKE_SOURCE_DIR}/web/package-lock.json
    COMMENT "Building the site"
    VERBATIM)
elseif(NOT EXISTS ${site_dist}/site.pack)
  message(FATAL_ERROR "TRIPOS_WEB_DIST: there is no ${site_dist}/site.pack. `node web/build.mjs ${site_dist}` makes it.")
endif()

# Alone, since of all sources it is the only one that the site is built before.
set_source_files_properties(${CMAKE_SOURCE_DIR}/src/operations/site_pack.cpp PROPERTIES
  OBJECT_DEPENDS ${site_dist}/site.pack
  COMPILE_DEFINITIONS "TRIPOS_SITE_PACK=\"${site_dist}/site.pack\""
  SKIP_UNITY_BUILD_INCLUSION ON)
