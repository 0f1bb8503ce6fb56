/* SPDX-License-Identifier: MIT
 * A disk that hangs: while the file that SYNC_SHIM names is there, nothing becomes durable. For LD_PRELOAD. */
#define _GNU_SOURCE
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

static void wait_for_disk(void) {
    const char *path = getenv("SYNC_SHIM");
    while (path != NULL && access(path, F_OK) == 0) {
        usleep(1000);
    }
}

int fsync(int file) {
    wait_for_disk();
    return (int)syscall(SYS_fsync, file);
}

int fdatasync(int file) {
    wait_for_disk();
    return (int)syscall(SYS_fdatasync, file);
}
