#include "server/http/body_stream.h"

#include <utility>

namespace converge {

void BodyStream::write(const Part& part) {
  const std::lock_guard lock(mutex_);
  if (!is_open_) return;
  if (sink_) {
    sink_(part);
  } else {
    waiting_.push_back(part);
  }
}

bool BodyStream::is_open() const {
  const std::lock_guard lock(mutex_);
  return is_open_;
}

void BodyStream::connect(Sink sink) {
  const std::lock_guard lock(mutex_);
  if (!is_open_) return;
  sink_ = std::move(sink);
  for (const Part& part : waiting_) sink_(part);
  waiting_.clear();
}

void BodyStream::close() {
  const std::lock_guard lock(mutex_);
  is_open_ = false;
  sink_ = nullptr;
  waiting_.clear();
}

}  // namespace converge
