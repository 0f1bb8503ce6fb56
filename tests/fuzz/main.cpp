// SPDX-License-Identifier: MIT
// libFuzzer's entry: one program for all targets. FUZZ_TARGET says which; an argument would not
// reach the processes that libFuzzer starts.
#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>

#include "fuzz/fuzz.hpp"

namespace {

tripos::fuzz::Target chosen() {
    const char* name = std::getenv("FUZZ_TARGET");
    const auto* target =
        std::ranges::find(tripos::fuzz::kTargets, std::string_view(name == nullptr ? "" : name),
                          &tripos::fuzz::Target::name);
    if (target == tripos::fuzz::kTargets.end()) {
        std::fputs("FUZZ_TARGET must name a target\n", stderr);
        std::exit(2);
    }
    return *target;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const auto target = chosen();
    target.run({reinterpret_cast<const char*>(data), size});
    return 0;
}
