#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace converge {

/// The body of an answer that goes on until one side goes, as event streams do. Shared by whoever
/// writes it and the connection that sends it. Thread-safe.
class BodyStream {
 public:
  /// Shared, because the same part often goes to many.
  using Part = std::shared_ptr<const std::string>;
  using Sink = std::function<void(const Part&)>;

  /// Sends it after what was written before. Dropped when the stream is closed.
  void write(const Part& part);
  /// False from the moment the client, or the server, has gone.
  bool is_open() const;

  // For the connection.

  /// Where parts go from now on, those written already first. `sink` must not block or call back.
  void connect(Sink sink);
  void close();

 private:
  mutable std::mutex mutex_;
  Sink sink_;                  ///< guarded by mutex_; empty: not connected
  std::vector<Part> waiting_;  ///< guarded by mutex_
  bool is_open_ = true;        ///< guarded by mutex_
};

}  // namespace converge
