# add_module(<name> TIER <n> [USES <module>...] [THIRD_PARTY <library>...])
#
# src/<name>/*.cpp becomes the static library tripos_<name>; src/<name>/*_test.cpp becomes the unit test
# <name>_test; tests/integration/<name>/*_itest.cpp becomes <name>_itest, which may use real servers.
# Text files under src/<name>/{lua,sql,templates,pages} are embedded: see embed_files().

# Heavy, stable headers are compiled once for all modules.
file(WRITE ${CMAKE_BINARY_DIR}/pch_owner.cpp "")
add_library(tripos_pch STATIC ${CMAKE_BINARY_DIR}/pch_owner.cpp)
target_link_libraries(tripos_pch PUBLIC third_party::asio third_party::json third_party::spdlog tripos_warnings)
target_precompile_headers(tripos_pch PRIVATE ${CMAKE_SOURCE_DIR}/cmake/precompiled.hpp)

# Turns text files into constexpr string_views: header <module>/embedded.hpp, namespace tripos::<module>::embedded,
# one function `std::string_view file(std::string_view name)` that knows each by its path below src/<module>/.
function(embed_files name)
  set(files ${ARGN})
  set(out ${CMAKE_BINARY_DIR}/embedded/${name}/embedded.cpp)
  add_custom_command(
    OUTPUT ${out}
    COMMAND ${CMAKE_COMMAND} -DMODULE=${name} -DROOT=${CMAKE_SOURCE_DIR}/src/${name} -DOUT=${out}
            "-DFILES=${files}" -P ${CMAKE_SOURCE_DIR}/cmake/EmbedFiles.cmake
    DEPENDS ${files} ${CMAKE_SOURCE_DIR}/cmake/EmbedFiles.cmake
    VERBATIM)
  target_sources(tripos_${name} PRIVATE ${out})
endfunction()

function(add_module name)
  cmake_parse_arguments(ARG "" "TIER" "USES;THIRD_PARTY" ${ARGN})
  file(GLOB sources CONFIGURE_DEPENDS
    ${CMAKE_SOURCE_DIR}/src/${name}/*.cpp ${CMAKE_SOURCE_DIR}/src/${name}/detail/*.cpp
    ${CMAKE_SOURCE_DIR}/src/${name}/detail/*/*.cpp)
  set(unit_tests ${sources})
  list(FILTER unit_tests INCLUDE REGEX "_test\\.cpp$")
  list(FILTER sources EXCLUDE REGEX "(_test|/main)\\.cpp$")
  if(NOT sources)
    set(sources ${CMAKE_BINARY_DIR}/pch_owner.cpp)
  endif()

  add_library(tripos_${name} STATIC ${sources})
  target_include_directories(tripos_${name} PUBLIC $<BUILD_INTERFACE:${CMAKE_SOURCE_DIR}/src>
                             $<INSTALL_INTERFACE:include/tripos>)
  target_compile_features(tripos_${name} PUBLIC cxx_std_20)
  target_link_libraries(tripos_${name} PRIVATE $<BUILD_INTERFACE:tripos_warnings>)
  foreach(used IN LISTS ARG_USES)
    target_link_libraries(tripos_${name} PUBLIC tripos_${used})
  endforeach()
  foreach(library IN LISTS ARG_THIRD_PARTY)
    target_link_libraries(tripos_${name} PUBLIC third_party::${library})
  endforeach()
  target_precompile_headers(tripos_${name} REUSE_FROM tripos_pch)
  if(ARG_TIER GREATER_EQUAL 6 AND NOT name MATCHES "^(module|accounts|attempts)$")
    # What every request of an exam runs lies in those and below: with them a tenth of its speed would go. -O2 takes a
    # third longer to compile.
    target_compile_options(tripos_${name} PRIVATE $<$<CONFIG:Release>:-O1>)
  endif()
  # Most of what a source costs is the headers and templates it shares with its neighbours. Sixteen together cost less than
  # half of what they cost in sixes; with more, a change of one of them would take longer than 20 s. With sanitizers whoever
  # waits waits for all of it.
  set(together 16)
  if(TRIPOS_SANITIZE)
    set(together 32)
  elseif(name STREQUAL "attempts")
    set(together 7)
  endif()
  set_target_properties(tripos_${name} PROPERTIES UNITY_BUILD ${TRIPOS_UNITY} UNITY_BUILD_BATCH_SIZE ${together})
  file(GLOB_RECURSE texts CONFIGURE_DEPENDS
    ${CMAKE_SOURCE_DIR}/src/${name}/lua/*.lua ${CMAKE_SOURCE_DIR}/src/${name}/sql/*.sql
    ${CMAKE_SOURCE_DIR}/src/${name}/templates/* ${CMAKE_SOURCE_DIR}/src/${name}/pages/*)
  if(texts)
    embed_files(${name} ${texts})
  endif()

  if(unit_tests)
    tripos_test(${name}_test unit tripos_${name} ${unit_tests})
  endif()
  file(GLOB itests CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/tests/integration/${name}/*.cpp)
  if(itests)
    tripos_test(${name}_itest integration tripos_${name} ${itests})
  endif()
endfunction()

# One GoogleTest program; its tests run together in one process (ctest label: unit or integration).
function(tripos_test target label library)
  add_executable(${target} ${ARGN})
  target_link_libraries(${target} PRIVATE ${library} tripos_test_support tripos_warnings)
  target_precompile_headers(${target} REUSE_FROM tripos_pch)
  # As the sources: what two files of tests share by name they can share in truth.
  set(together 6)
  if(TRIPOS_SANITIZE)
    set(together 24)
  endif()
  set_target_properties(${target} PROPERTIES UNITY_BUILD ${TRIPOS_UNITY} UNITY_BUILD_BATCH_SIZE ${together})
  # A quarter less to compile; a precompiled header serves both levels.
  target_compile_options(${target} PRIVATE $<$<CONFIG:Release>:-O1>)
  # Not in `all`: `./dev test --ci` builds these with sanitizers alone, and the programs without.
  if(NOT TARGET ${label})
    add_custom_target(${label})
  endif()
  add_dependencies(${label} ${target})
  set_target_properties(${target} PROPERTIES EXCLUDE_FROM_ALL ON)
  add_test(NAME ${target} COMMAND ${target})
  set_tests_properties(${target} PROPERTIES LABELS ${label} TIMEOUT 600)
endfunction()
