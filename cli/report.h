#pragma once

#include <string>

#include "base/result.h"
#include "engine/model/value.h"

namespace converge::cli {

/// "converge: <message>" on stderr; the exit status of a failure.
int fail(const Error& error);

/// One line of words on stderr.
void say(const std::string& words);

/// A document on stdout, indented.
void print(const Value& document);

}  // namespace converge::cli
