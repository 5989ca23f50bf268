#include "tests/program/program.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <thread>

namespace converge::test {
namespace {

pid_t spawn(const std::vector<std::string>& arguments, const std::string& out,
            const std::string& err) {
  const pid_t pid = fork();
  if (pid != 0) return pid;
  const int out_file = open(out.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
  const int err_file = open(err.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
  dup2(out_file, STDOUT_FILENO);
  dup2(err_file, STDERR_FILENO);
  std::string program = CONVERGE_PROGRAM;
  std::vector<std::string> texts = arguments;
  std::vector<char*> pointers = {program.data()};
  for (std::string& text : texts) pointers.push_back(text.data());
  pointers.push_back(nullptr);
  execv(program.c_str(), pointers.data());
  _exit(127);
}

int exit_status(int wait_status) {
  return WIFEXITED(wait_status) ? WEXITSTATUS(wait_status) : 128 + WTERMSIG(wait_status);
}

}  // namespace

ScratchFolder::ScratchFolder() {
  std::string pattern = (std::filesystem::temp_directory_path() / "converge-test-XXXXXX").string();
  if (mkdtemp(pattern.data()) == nullptr)
    throw std::runtime_error("cannot make a temporary folder");
  folder_ = pattern;
}

ScratchFolder::~ScratchFolder() {
  std::error_code ignored;
  std::filesystem::remove_all(folder_, ignored);
}

std::string ScratchFolder::write(const std::string& name, const std::string& text) const {
  std::ofstream(path(name), std::ios::binary) << text;
  return path(name);
}

std::string read_file(const std::string& path) {
  std::ostringstream text;
  text << std::ifstream(path, std::ios::binary).rdbuf();
  return text.str();
}

Outcome run(const std::vector<std::string>& arguments) {
  const ScratchFolder scratch;
  const pid_t pid = spawn(arguments, scratch.path("out"), scratch.path("err"));
  int status = 0;
  waitpid(pid, &status, 0);
  return {exit_status(status), read_file(scratch.path("out")), read_file(scratch.path("err"))};
}

RunningProgram::RunningProgram(const std::vector<std::string>& arguments)
    : pid_(spawn(arguments, scratch_.path("out"), scratch_.path("err"))) {}

RunningProgram::~RunningProgram() {
  if (pid_ > 0) {
    kill(pid_, SIGKILL);
    wait();
  }
}

std::uint16_t RunningProgram::wait_until_listening(std::chrono::seconds at_most) {
  const std::string marker = "listening on http://";
  const auto deadline = std::chrono::steady_clock::now() + at_most;
  while (std::chrono::steady_clock::now() < deadline) {
    const std::string text = errors();
    const std::size_t found = text.find(marker);
    const std::size_t end = found == std::string::npos ? found : text.find('\n', found);
    if (end != std::string::npos) {
      const std::size_t colon = text.find(':', found + marker.size());
      return static_cast<std::uint16_t>(std::stoi(text.substr(colon + 1)));
    }
    int status = 0;
    if (waitpid(pid_, &status, WNOHANG) == pid_) {
      status_ = exit_status(status);
      pid_ = -1;
      return 0;
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  return 0;
}

void RunningProgram::send_signal(int signal) const {
  if (pid_ > 0) kill(pid_, signal);
}

int RunningProgram::wait() {
  if (pid_ > 0) {
    int status = 0;
    waitpid(pid_, &status, 0);
    status_ = exit_status(status);
    pid_ = -1;
  }
  return status_;
}

std::string RunningProgram::errors() const {
  return read_file(scratch_.path("err"));
}

}  // namespace converge::test
