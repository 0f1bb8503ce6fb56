# `cmake --install`: the component `library` is what find_package(tripos) gives - tripos::queue, tripos::cache, tripos::mail and
# what they stand on - and the component `server` is the program. examples/installed is a project that uses the library.
include(CMakePackageConfigHelpers)
include(GNUInstallDirs)

set(headers ${CMAKE_INSTALL_INCLUDEDIR}/tripos)
set(package ${CMAKE_INSTALL_LIBDIR}/cmake/tripos)

foreach(module core telemetry async redis sql http cache queue mail)
  set_target_properties(tripos_${module} PROPERTIES EXPORT_NAME ${module})
  install(TARGETS tripos_${module} EXPORT tripos ARCHIVE COMPONENT library)
  install(DIRECTORY ${CMAKE_SOURCE_DIR}/src/${module} DESTINATION ${headers} COMPONENT library
          FILES_MATCHING PATTERN *.hpp)
endforeach()
foreach(library asio beast json url zlib sodium spdlog prometheus sqlite postgres curl idn timezone mustache)
  install(TARGETS third_party_${library} EXPORT tripos)
endforeach()

install(EXPORT tripos NAMESPACE tripos:: FILE tripos-targets.cmake DESTINATION ${package} COMPONENT library)
install(FILES ${CMAKE_SOURCE_DIR}/cmake/tripos-config.cmake ${CMAKE_SOURCE_DIR}/cmake/ThirdPartyPackages.cmake
        DESTINATION ${package} COMPONENT library)
write_basic_package_version_file(${CMAKE_BINARY_DIR}/tripos-config-version.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${CMAKE_BINARY_DIR}/tripos-config-version.cmake DESTINATION ${package} COMPONENT library)

install(TARGETS tripos RUNTIME COMPONENT server)
