#pragma once

#include <span>
#include <string_view>

namespace converge {

/// A file that was compiled into the program (cmake/ConvergeEmbed.cmake).
struct EmbeddedFile {
  std::string_view path;  ///< where it is served: "/sdk/converge.js"
  std::string_view bytes;
};

/// The web SDK for pages without a build step: /sdk/converge.js and /sdk/cx.js.
extern const std::span<const EmbeddedFile> kSdkFiles;

}  // namespace converge
