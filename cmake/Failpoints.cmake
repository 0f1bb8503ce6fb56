# TRIPOS_FAILPOINTS=ON: the program can be told to break its promises (src/core/failpoint.hpp), for the tests of the load test. The
# preset asan sets it. Only the sources that have one are told, so that switching it costs little.

option(TRIPOS_FAILPOINTS "failpoints; never for a release" OFF)
if(TRIPOS_FAILPOINTS)
  foreach(source core/failpoint attempts/answer_store attempts/grading notices/mail_worker)
    set_source_files_properties(src/${source}.cpp PROPERTIES COMPILE_DEFINITIONS TRIPOS_FAILPOINTS SKIP_UNITY_BUILD_INCLUSION ON)
  endforeach()
endif()
