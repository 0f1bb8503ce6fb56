# find_package(tripos): imported targets tripos::queue, tripos::cache, tripos::mail, tripos::redis, ... Headers are named as in
# the source tree: #include "queue/queue.hpp".
include(${CMAKE_CURRENT_LIST_DIR}/ThirdPartyPackages.cmake)
include(${CMAKE_CURRENT_LIST_DIR}/tripos-targets.cmake)
