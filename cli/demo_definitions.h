#pragma once

namespace converge::cli {

/// examples/demo-shop/shop.yaml, built in, so that `converge demo` runs from any folder.
extern const char* const kDemoDefinitions;

}  // namespace converge::cli
