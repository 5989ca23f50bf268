#pragma once

#include <cstdint>
#include <vector>

#include "engine/ports.h"

/// Small records for store tests; different numbers give different records.
namespace converge {

Time day(int number);
LogRow sample_row(std::int64_t seq);
std::vector<LogRow> sample_rows(std::int64_t first, std::int64_t count);
Catalog sample_catalog(std::int64_t version);
AuditEntry sample_audit(int number);
StoredLook sample_look(const std::string& experiment, int number);

/// Same but for the id, which the store gives.
bool same_look(const StoredLook& a, const StoredLook& b);

}  // namespace converge
