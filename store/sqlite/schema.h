#pragma once

#include <cstdint>
#include <string>

#include "base/result.h"
#include "store/sqlite/connection.h"

/// The file format: identity, version and the migrations that lead to it
/// (docs/reference/database.md).
namespace converge::sqlite {

/// "Cnvg" in the file's header: `file` and this program tell a Converge database from others.
inline constexpr std::int64_t kApplicationId = 0x436e7667;
/// The number of the last migration; in the file as user_version.
inline constexpr std::int64_t kFormatVersion = 2;

enum class FileState {
  kEmpty,  ///< no tables yet
  kOlder,  ///< migrations are due
  kCurrent,
};

/// Reads only. kInvalidArgument: a database of another program; kUnsupported: made by a newer
/// version; kInternal: not a database at all.
Result<FileState> inspect(Connection& connection);

/// Runs the migrations that are due, each in its own transaction, so that a power cut leaves a
/// whole version.
Status migrate(Connection& connection);

/// The name in the file; kInternal when it has none.
Result<std::string> environment_of(Connection& connection);
/// Stores the name unless there is one.
Status name_environment(Connection& connection, const std::string& environment);

}  // namespace converge::sqlite
