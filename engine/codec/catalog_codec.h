#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "engine/model/catalog.h"
#include "engine/model/value.h"

/// The stored and exported form of a catalog: JSON with a format number. Byte-stable: equal
/// catalogs, equal bytes.
namespace converge {

Value catalog_document(const Catalog& catalog);
std::string encode_catalog(const Catalog& catalog);
/// kUnsupported for a newer format, kInternal for damage.
Result<Catalog> decode_catalog(std::string_view bytes);

/// sha256 prefix (8 hexadecimal digits) of the content without version, hash and time.
std::string catalog_content_hash(const Catalog& catalog);

}  // namespace converge
