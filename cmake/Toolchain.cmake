# Compiler settings shared by every target. TRIPOS_SANITIZE=address|thread|fuzzer builds with that sanitizer; fuzzer (clang) is
# address with what libFuzzer needs to see where an input goes. TRIPOS_UNITY=ON compiles several sources of a module as one, which takes
# half the time; the other presets find what a source forgot to include.

option(TRIPOS_UNITY "several sources as one" OFF)

find_program(TRIPOS_CCACHE ccache)
if(TRIPOS_CCACHE)
  # A precompiled header is only cacheable when ccache may ignore its time stamps and defines.
  set(CMAKE_CXX_COMPILER_LAUNCHER
      ${CMAKE_COMMAND} -E env CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime
      ${TRIPOS_CCACHE})
endif()

find_program(TRIPOS_MOLD mold)
if(TRIPOS_MOLD)
  add_link_options(-fuse-ld=mold)
endif()

add_compile_options(-fno-plt -pipe)
add_compile_definitions(_FORTIFY_SOURCE=2 BOOST_ASIO_SEPARATE_COMPILATION BOOST_ASIO_NO_DEPRECATED
                        BOOST_BEAST_SEPARATE_COMPILATION)
# What the imported targets of Boost, spdlog and fmt define, for every module alike: a precompiled header serves only files
# compiled with the same definitions.
add_compile_definitions(BOOST_CONTAINER_NO_LIB BOOST_CONTAINER_DYN_LINK BOOST_JSON_NO_LIB BOOST_JSON_DYN_LINK
                        BOOST_URL_NO_LIB BOOST_URL_DYN_LINK SPDLOG_SHARED_LIB SPDLOG_COMPILED_LIB SPDLOG_FMT_EXTERNAL
                        FMT_SHARED)
add_compile_options(-fstack-protector-strong -fpch-preprocess)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # It would walk through the precompiled header again and again, a tenth of its time, to give 100 MB back.
  add_compile_options($<$<COMPILE_LANGUAGE:CXX>:--param=ggc-min-heapsize=1048576>)
endif()

set(TRIPOS_SANITIZE "" CACHE STRING "address, thread or fuzzer")
if(TRIPOS_SANITIZE MATCHES "^(address|fuzzer)$")
  # A null pointer ends the program anyway, and what is beyond an object ASan sees: a fifth of the time to compile goes into these.
  add_compile_options(-fsanitize=address,undefined -fno-sanitize=null,alignment,object-size -fno-sanitize-recover=undefined
                      -fno-omit-frame-pointer -g1)
  add_link_options(-fsanitize=address,undefined)
  if(TRIPOS_SANITIZE STREQUAL "fuzzer")
    add_compile_options(-fsanitize=fuzzer-no-link)
  endif()
elseif(TRIPOS_SANITIZE STREQUAL "thread")
  add_compile_options(-fsanitize=thread -g1)
  add_link_options(-fsanitize=thread)
endif()

# Our own code; third-party headers come in as system headers and are exempt.
add_library(tripos_warnings INTERFACE)
target_compile_options(tripos_warnings INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wnon-virtual-dtor -Woverloaded-virtual -Wold-style-cast
  # GCC 12 reports these at -O2 where nothing is wrong: for plain std::string operations (GCC bugs 105329, 105651), and
  # for every coroutine whose promise has an operator delete of its own, as Asio's has.
  -Wno-array-bounds -Wno-restrict -Wno-stringop-overflow -Wno-mismatched-new-delete
  -Wno-missing-field-initializers)  # designated initialisers leave the rest at its default on purpose
if(TRIPOS_UNITY)
  # It means headers, and takes a source that another includes for one.
  target_compile_options(tripos_warnings INTERFACE -Wno-subobject-linkage)
endif()
if(TRIPOS_WERROR)
  target_compile_options(tripos_warnings INTERFACE -Werror)
endif()
