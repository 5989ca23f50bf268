#pragma once

#include <string>

#include "server/web/static_assets.h"

namespace converge::cli {

/// The shop in a browser, at /shop: examples/demo-shop/web, built in, and the key that it sends
/// with.
StaticAssets demo_page(const std::string& client_key);

}  // namespace converge::cli
