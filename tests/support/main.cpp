// SPDX-License-Identifier: MIT
// main() of every test program.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <openssl/crypto.h>

#include <csignal>

int main(int argc, char** argv) {
    testing::InitGoogleMock(&argc, argv);
    // As in the program itself: a peer that went away is an error code, not the end of the process.
    std::signal(SIGPIPE, SIG_IGN);
    // Begun on another thread it never gives 904 bytes back that it took for that thread.
    OPENSSL_init_crypto(OPENSSL_INIT_LOAD_CONFIG, nullptr);
    return RUN_ALL_TESTS();
}
