#pragma once

#include <memory>
#include <mutex>
#include <utility>

#include "engine/features/assigner.h"

namespace converge {

/// What is made of an assigner once, kept for the newest that was asked for. `Texts` is made from a
/// shared assigner and names it as assigner(). Thread-safe.
template <class Texts>
class PerAssigner {
 public:
  std::shared_ptr<const Texts> of(std::shared_ptr<const Assigner> assigner) {
    const std::lock_guard lock(mutex_);
    if (newest_ == nullptr || &newest_->assigner() != assigner.get()) {
      newest_ = std::make_shared<const Texts>(std::move(assigner));
    }
    return newest_;
  }

 private:
  std::mutex mutex_;
  std::shared_ptr<const Texts> newest_;  ///< guarded by mutex_
};

}  // namespace converge
