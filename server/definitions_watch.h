#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/sha256.h"
#include "engine/engine.h"
#include "server/api/health.h"

namespace converge {

/// Applies a folder of definition files whenever it changes. A folder that does not load or apply
/// leaves the catalog in force, is logged once and stands in /healthz until it is mended.
/// Belongs to one thread at a time; the references must outlive it.
class DefinitionsWatch {
 public:
  DefinitionsWatch(std::string folder, Engine& engine, ServiceHealth& health);

  /// Compares names, sizes and times of the files, then their content, and applies what changed.
  /// The first call always applies. A refused edit is tried again when the folder or the catalog
  /// changes, because the state that forbade it may have passed. Never fails: trouble goes to the
  /// health record and the log.
  void poll();

 private:
  /// What a directory listing tells without reading the files.
  struct FileStamp {
    std::string name;
    std::uintmax_t size = 0;
    std::int64_t modified = 0;
    bool operator==(const FileStamp&) const = default;
  };
  std::vector<FileStamp> list_files() const;
  Sha256 content_digest(const std::vector<FileStamp>& files) const;
  void apply_folder();
  void report(const std::string& trouble);

  const std::string folder_;
  Engine& engine_;
  ServiceHealth& health_;
  std::optional<std::vector<FileStamp>> files_;  ///< as of the last attempt
  std::optional<Sha256> content_;
  std::optional<CatalogVersion> refused_by_;  ///< the catalog that refused the folder as it is
  std::string trouble_;                       ///< last logged, so that it is logged once
};

}  // namespace converge
