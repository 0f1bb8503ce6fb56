// SPDX-License-Identifier: MIT
// main() of every test program.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>

int main(int argc, char** argv) {
    testing::InitGoogleMock(&argc, argv);
    // As in the program itself: a peer that went away is an error code, not the end of the process.
    std::signal(SIGPIPE, SIG_IGN);
    return RUN_ALL_TESTS();
}
