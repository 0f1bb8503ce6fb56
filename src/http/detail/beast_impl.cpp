// SPDX-License-Identifier: MIT
// The one copy of Beast's non-template code (BOOST_BEAST_SEPARATE_COMPILATION).
#include <boost/beast/src.hpp>
