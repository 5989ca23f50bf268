#include "cli/demo_page.h"

#include "engine/codec/json.h"

namespace converge {

extern const std::span<const EmbeddedFile> kShopFiles;  // from examples/demo-shop/web, by CMake

namespace cli {

StaticAssets demo_page(const std::string& client_key) {
  StaticAssets page;
  page.add(kShopFiles);
  page.add("/shop/settings.json",
           to_json(Value::object({{"clientKey", Value::string(client_key)}})));
  return page;
}

}  // namespace cli
}  // namespace converge
