# `cmake --install`: the component `library` is what find_package(tripos) gives - tripos::queue, tripos::cache, tripos::mail and
# what they stand on - and the component `server` is the program. The pages docs/queue.md and docs/caching.md begin with projects
# that use the library.
include(CMakePackageConfigHelpers)
include(GNUInstallDirs)

set(headers ${CMAKE_INSTALL_INCLUDEDIR}/tripos)
set(package ${CMAKE_INSTALL_LIBDIR}/cmake/tripos)

# install_modules(EXPORT MODULES <module>... THIRD_PARTY <library>...): what is found together.
function(install_modules export)
  cmake_parse_arguments(ARG "" "" "MODULES;THIRD_PARTY" ${ARGN})
  foreach(module IN LISTS ARG_MODULES)
    set_target_properties(tripos_${module} PROPERTIES EXPORT_NAME ${module})
    install(TARGETS tripos_${module} EXPORT ${export} ARCHIVE COMPONENT library)
    install(DIRECTORY ${CMAKE_SOURCE_DIR}/src/${module} DESTINATION ${headers} COMPONENT library
            FILES_MATCHING PATTERN *.hpp)
  endforeach()
  foreach(library IN LISTS ARG_THIRD_PARTY)
    install(TARGETS third_party_${library} EXPORT ${export})
  endforeach()
  install(EXPORT ${export} NAMESPACE tripos:: FILE ${export}-targets.cmake DESTINATION ${package} COMPONENT library)
endfunction()

install_modules(tripos MODULES core telemetry async redis cache queue
                THIRD_PARTY asio json url sodium spdlog prometheus timezone unicode)
install_modules(tripos-mail MODULES sql http mail THIRD_PARTY beast zlib sqlite postgres curl idn xml mustache)

write_basic_package_version_file(${CMAKE_BINARY_DIR}/tripos-config-version.cmake COMPATIBILITY SameMinorVersion)
install(FILES cmake/tripos-config.cmake cmake/ThirdPartyPackages.cmake cmake/ThirdPartyMailPackages.cmake
              ${CMAKE_BINARY_DIR}/tripos-config-version.cmake DESTINATION ${package} COMPONENT library)

install(TARGETS tripos RUNTIME COMPONENT server)
