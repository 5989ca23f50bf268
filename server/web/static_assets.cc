#include "server/web/static_assets.h"

#include <algorithm>
#include <utility>

#include "server/api/answer.h"
#include "server/http/entity_tag.h"

namespace converge {
namespace {

constexpr std::string_view kHtml = "text/html; charset=utf-8";

std::string_view content_type_of(std::string_view path) {
  constexpr std::pair<std::string_view, std::string_view> kTypes[] = {
      {".css", "text/css; charset=utf-8"},
      {".js", "text/javascript; charset=utf-8"},
      {".json", "application/json"},
      {".svg", "image/svg+xml"},
  };
  for (const auto& [ending, type] : kTypes) {
    if (path.ends_with(ending)) return type;
  }
  return kHtml;
}

}  // namespace

void StaticAssets::add(std::span<const EmbeddedFile> files) {
  for (const EmbeddedFile& file : files) add(std::string(file.path), std::string(file.bytes));
}

void StaticAssets::add(std::string path, std::string bytes) {
  const std::string_view type = content_type_of(path);
  std::string tag = entity_tag(bytes);
  assets_.push_back({std::move(path), std::move(bytes), type, std::move(tag)});
}

std::optional<Response> StaticAssets::answer(const Request& request) const {
  const auto found = std::find_if(assets_.begin(), assets_.end(),
                                  [&](const Asset& asset) { return asset.path == request.path; });
  if (found == assets_.end()) return std::nullopt;
  if (request.method != "GET" && request.method != "HEAD") {
    Response refused = problem(405, request.path + " answers GET and HEAD", {});
    refused.headers.emplace_back("Allow", "GET, HEAD");
    return refused;
  }
  // Module scripts of other origins are loaded with CORS only. "no-cache" is kept, and asked for
  // again by its tag, so that a new program's files are used at once.
  NamedTexts headers{{"ETag", found->entity_tag},
                     {"Cache-Control", "no-cache"},
                     {"Access-Control-Allow-Origin", "*"},
                     {"X-Content-Type-Options", "nosniff"}};
  if (names_tag(known_tags(request), found->entity_tag)) {
    return Response{304, "", std::move(headers), ""};
  }
  if (found->content_type == kHtml) {
    headers.emplace_back("Content-Security-Policy", "default-src 'self'; img-src 'self' data:");
  }
  return Response{200, std::string(found->content_type), std::move(headers), found->bytes};
}

}  // namespace converge
