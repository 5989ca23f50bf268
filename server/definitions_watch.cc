#include "server/definitions_watch.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <system_error>

#include "base/log.h"
#include "config/load.h"

namespace converge {
namespace {

/// Who stands in the audit log for what the folder changed.
constexpr const char* kActor = "definitions folder";
/// The rest of a long list of findings is for `converge lint`.
constexpr std::size_t kFindingsShown = 20;

/// As load_folder chooses files.
bool is_definition_file(const std::filesystem::path& path) {
  const std::string name = path.filename().string();
  const std::string extension = path.extension().string();
  return name.front() != '.' &&
         (extension == ".yaml" || extension == ".yml" || extension == ".json");
}

std::string findings_text(const LoadedDefinitions& loaded) {
  std::string text;
  std::size_t errors = 0;
  for (const Finding& finding : loaded.findings) {
    if (finding.severity != Severity::kError) continue;
    if (++errors <= kFindingsShown) text += (text.empty() ? "" : "\n") + to_text(finding);
  }
  if (errors > kFindingsShown) {
    text += "\n... and " + std::to_string(errors - kFindingsShown) + " more: run converge lint";
  }
  return text;
}

}  // namespace

DefinitionsWatch::DefinitionsWatch(std::string folder, Engine& engine, ServiceHealth& health)
    : folder_(std::move(folder)), engine_(engine), health_(health) {}

void DefinitionsWatch::poll() {
  std::vector<FileStamp> files = list_files();
  const CatalogVersion version = engine_.catalog()->version;
  const bool is_retry = refused_by_.has_value() && *refused_by_ != version;
  if (!is_retry && files_ == files) return;
  const Sha256 content = content_digest(files);
  const bool is_same = content_ == content;
  files_ = std::move(files);
  content_ = content;
  if (is_retry || !is_same) apply_folder();
}

std::vector<DefinitionsWatch::FileStamp> DefinitionsWatch::list_files() const {
  namespace fs = std::filesystem;
  std::vector<FileStamp> files;
  std::error_code ec;
  for (fs::directory_iterator entry(folder_, ec), end; !ec && entry != end; entry.increment(ec)) {
    std::error_code gone;
    if (!is_definition_file(entry->path()) || !entry->is_regular_file(gone)) continue;
    FileStamp stamp;
    stamp.name = entry->path().filename().string();
    stamp.size = entry->file_size(gone);
    const auto modified = entry->last_write_time(gone);
    if (gone) continue;
    stamp.modified = static_cast<std::int64_t>(modified.time_since_epoch().count());
    files.push_back(std::move(stamp));
  }
  std::sort(files.begin(), files.end(),
            [](const FileStamp& a, const FileStamp& b) { return a.name < b.name; });
  return files;
}

Sha256 DefinitionsWatch::content_digest(const std::vector<FileStamp>& files) const {
  // What is beyond the loader's limits is refused by it unread, so the stamp is content enough.
  const LoadLimits limits;
  std::string all;
  for (std::size_t i = 0; i < files.size(); ++i) {
    const FileStamp& stamp = files[i];
    all += stamp.name + '\0' + std::to_string(stamp.size) + '\0';
    if (i >= limits.files_max || stamp.size > limits.file_bytes_max) continue;
    std::ifstream file(std::filesystem::path(folder_) / stamp.name, std::ios::binary);
    std::string text(static_cast<std::size_t>(stamp.size), '\0');
    file.read(text.data(), static_cast<std::streamsize>(text.size()));
    text.resize(static_cast<std::size_t>(file.gcount()));
    all += hex_prefix(sha256(text), 64);
  }
  return sha256(all);
}

void DefinitionsWatch::apply_folder() {
  refused_by_.reset();
  const LoadedDefinitions loaded = load_folder(folder_);
  if (loaded.has_errors()) return report(findings_text(loaded));
  const CatalogVersion before = engine_.catalog()->version;
  const Result<CatalogPlan> applied = engine_.apply(loaded.definitions, kActor);
  if (!applied) {
    refused_by_ = before;
    // A busy or full store is no verdict on the folder: the next poll tries again.
    if (applied.error().code == Errc::kUnavailable) {
      files_.reset();
      content_.reset();
    }
    return report(applied.error().message);
  }
  health_.definitions_mended();
  trouble_.clear();
  if (applied->changes.empty()) return;
  log::info("definitions " + folder_ + ": version " + applied->next.definitions_version() + ", " +
            std::to_string(applied->changes.size()) + " changes");
}

void DefinitionsWatch::report(const std::string& trouble) {
  health_.definitions_failed(engine_.now(), trouble);
  if (trouble == trouble_) return;
  trouble_ = trouble;
  log::error("definitions " + folder_ + " are not applied, the catalog stays as it is: " + trouble);
}

}  // namespace converge
