#pragma once

#include <sys/types.h>

#include <chrono>
#include <string>
#include <vector>

/// The real binary, run as a person runs it.
namespace converge::test {

/// A folder of its own under the system's temporary one, removed at the end.
class ScratchFolder {
 public:
  ScratchFolder();
  ~ScratchFolder();
  ScratchFolder(const ScratchFolder&) = delete;
  ScratchFolder& operator=(const ScratchFolder&) = delete;

  std::string path(const std::string& name) const { return folder_ + "/" + name; }
  /// Writes a file and returns its path.
  std::string write(const std::string& name, const std::string& text) const;

 private:
  std::string folder_;
};

std::string read_file(const std::string& path);

struct Outcome {
  int status = -1;  ///< exit status; 128 + n when signal n ended it
  std::string out;
  std::string err;
};

/// Runs `converge` with these arguments to its end.
Outcome run(const std::vector<std::string>& arguments);

/// `converge serve` or `demo` in the background, from its first "listening on" line to its end.
class RunningProgram {
 public:
  explicit RunningProgram(const std::vector<std::string>& arguments);
  ~RunningProgram();  ///< kills what is still there
  RunningProgram(const RunningProgram&) = delete;
  RunningProgram& operator=(const RunningProgram&) = delete;

  /// Waits for "listening on http://ADDRESS:PORT" on stderr; 0 when the program ended instead.
  std::uint16_t wait_until_listening(std::chrono::seconds at_most);
  void send_signal(int signal) const;
  /// Waits for the end; the status as in Outcome.
  int wait();
  std::string errors() const;

 private:
  ScratchFolder scratch_;
  pid_t pid_ = -1;
  int status_ = -1;
};

}  // namespace converge::test
