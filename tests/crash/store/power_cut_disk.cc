#include "tests/crash/store/power_cut_disk.h"

#include <sqlite3.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <new>
#include <optional>
#include <set>
#include <utility>
#include <vector>

namespace converge {

constexpr std::size_t kSector = 512;

/// A write or a truncation that was not synced yet.
struct PendingChange {
  std::size_t offset = 0;
  std::string bytes;
  bool is_truncation = false;
};

struct Handle;

struct DiskFile {
  std::string content;  ///< what the running system sees
  std::string durable;  ///< what is on the disk for certain
  std::vector<PendingChange> pending;
  std::set<Handle*> handles;
  std::vector<std::unique_ptr<std::array<char, 32768>>> shared_memory;
};

struct Handle {
  sqlite3_file base;  // first, as SQLite casts
  PowerCutDisk* disk;
  std::shared_ptr<DiskFile> file;
  std::string name;
  bool syncs_folder;
  bool is_deleted_on_close;
  int lock;
  unsigned shared_locks;
  unsigned exclusive_locks;
};

namespace {

void apply_change(const PendingChange& change, std::string& bytes) {
  if (change.is_truncation) {
    bytes.resize(std::min(bytes.size(), change.offset));
    return;
  }
  if (bytes.size() < change.offset + change.bytes.size()) {
    bytes.resize(change.offset + change.bytes.size(), '\0');
  }
  bytes.replace(change.offset, change.bytes.size(), change.bytes);
}

Handle& handle(sqlite3_file* file) {
  return *reinterpret_cast<Handle*>(file);
}

}  // namespace

struct DiskMethods {
  using Step = PowerCutDisk::Step;
  static PowerCutDisk& disk(sqlite3_vfs* vfs) { return *static_cast<PowerCutDisk*>(vfs->pAppData); }

  // --- files

  static int close(sqlite3_file* base) {
    Handle& self = handle(base);
    {
      const std::lock_guard lock(self.disk->mutex_);
      self.file->handles.erase(&self);
      if (self.is_deleted_on_close) self.disk->names_.erase(self.name);
    }
    self.~Handle();
    return SQLITE_OK;
  }

  static int read(sqlite3_file* base, void* target, int amount, sqlite3_int64 offset) {
    Handle& self = handle(base);
    const std::lock_guard lock(self.disk->mutex_);
    if (self.disk->is_cut_) return SQLITE_IOERR_READ;
    const std::string& content = self.file->content;
    const auto wanted = static_cast<std::size_t>(amount);
    const std::size_t start = std::min(static_cast<std::size_t>(offset), content.size());
    const std::size_t found = std::min(wanted, content.size() - start);
    std::memcpy(target, content.data() + start, found);
    if (found == wanted) return SQLITE_OK;
    std::memset(static_cast<char*>(target) + found, 0, wanted - found);
    return SQLITE_IOERR_SHORT_READ;
  }

  static void change(DiskFile& file, PendingChange made) {
    apply_change(made, file.content);
    file.pending.push_back(std::move(made));
  }

  static int write(sqlite3_file* base, const void* source, int amount, sqlite3_int64 offset) {
    Handle& self = handle(base);
    const std::lock_guard lock(self.disk->mutex_);
    PendingChange made{
        static_cast<std::size_t>(offset),
        std::string(static_cast<const char*>(source), static_cast<std::size_t>(amount)), false};
    const Step step = self.disk->step();
    if (step == Step::kDead) return SQLITE_IOERR_WRITE;
    if (step == Step::kFull || step == Step::kIoError) {
      made.bytes.resize(self.disk->up_to(made.bytes.size()));
    }
    change(*self.file, std::move(made));
    switch (step) {
      case Step::kGo:
        return SQLITE_OK;
      case Step::kFull:
        return SQLITE_FULL;
      case Step::kCut:
        self.disk->lose_power();
        return SQLITE_IOERR_WRITE;
      default:
        return SQLITE_IOERR_WRITE;
    }
  }

  static int truncate(sqlite3_file* base, sqlite3_int64 size) {
    Handle& self = handle(base);
    const std::lock_guard lock(self.disk->mutex_);
    const Step step = self.disk->step();
    if (step == Step::kDead || step == Step::kIoError) return SQLITE_IOERR_TRUNCATE;
    change(*self.file, {static_cast<std::size_t>(size), "", true});
    if (step != Step::kCut) return SQLITE_OK;
    self.disk->lose_power();
    return SQLITE_IOERR_TRUNCATE;
  }

  static void make_durable(Handle& self) {
    for (const PendingChange& change : self.file->pending) apply_change(change, self.file->durable);
    self.file->pending.clear();
    if (!self.syncs_folder) return;
    self.disk->sync_folder();
    self.syncs_folder = false;
  }

  /// The kernel marks the pages clean although they did not arrive: a second sync would not save
  /// them.
  static void forget_pending(Handle& self) {
    for (const PendingChange& change : self.file->pending) {
      if (self.disk->toss()) apply_change(change, self.file->durable);
    }
    self.file->pending.clear();
  }

  static int sync(sqlite3_file* base, int /*flags*/) {
    Handle& self = handle(base);
    const std::lock_guard lock(self.disk->mutex_);
    switch (self.disk->step()) {
      case Step::kGo:
        make_durable(self);
        return SQLITE_OK;
      case Step::kCut:
        if (self.disk->toss()) make_durable(self);
        self.disk->lose_power();
        return SQLITE_IOERR_FSYNC;
      case Step::kFull:
      case Step::kIoError:
        forget_pending(self);
        return SQLITE_IOERR_FSYNC;
      case Step::kDead:
        break;
    }
    return SQLITE_IOERR_FSYNC;
  }

  static int file_size(sqlite3_file* base, sqlite3_int64* size) {
    Handle& self = handle(base);
    const std::lock_guard lock(self.disk->mutex_);
    *size = static_cast<sqlite3_int64>(self.file->content.size());
    return self.disk->is_cut_ ? SQLITE_IOERR_FSTAT : SQLITE_OK;
  }

  // --- locks between the connections of one process

  static bool another_holds(const Handle& self, int level) {
    return std::any_of(self.file->handles.begin(), self.file->handles.end(),
                       [&](const Handle* other) { return other != &self && other->lock >= level; });
  }

  static int lock(sqlite3_file* base, int level) {
    Handle& self = handle(base);
    const std::lock_guard guard(self.disk->mutex_);
    if (self.disk->is_cut_) return SQLITE_IOERR_LOCK;
    if (self.lock >= level) return SQLITE_OK;
    if (level == SQLITE_LOCK_SHARED && another_holds(self, SQLITE_LOCK_PENDING)) {
      return SQLITE_BUSY;
    }
    if (level == SQLITE_LOCK_RESERVED && another_holds(self, SQLITE_LOCK_RESERVED)) {
      return SQLITE_BUSY;
    }
    if (level == SQLITE_LOCK_EXCLUSIVE && another_holds(self, SQLITE_LOCK_SHARED)) {
      if (!another_holds(self, SQLITE_LOCK_PENDING)) self.lock = SQLITE_LOCK_PENDING;
      return SQLITE_BUSY;
    }
    self.lock = level;
    return SQLITE_OK;
  }

  static int unlock(sqlite3_file* base, int level) {
    Handle& self = handle(base);
    const std::lock_guard guard(self.disk->mutex_);
    self.lock = std::min(self.lock, level);
    return SQLITE_OK;
  }

  static int check_reserved_lock(sqlite3_file* base, int* result) {
    Handle& self = handle(base);
    const std::lock_guard guard(self.disk->mutex_);
    *result = self.lock >= SQLITE_LOCK_RESERVED || another_holds(self, SQLITE_LOCK_RESERVED);
    return SQLITE_OK;
  }

  static int file_control(sqlite3_file*, int, void*) { return SQLITE_NOTFOUND; }
  static int sector_size(sqlite3_file*) { return 4096; }
  /// What SQLite assumes of every Unix disk; PowerCutDisk keeps the promise: a torn write damages
  /// only its own bytes.
  static int device_characteristics(sqlite3_file*) { return SQLITE_IOCAP_POWERSAFE_OVERWRITE; }

  // --- the shared index of the write-ahead log; it does not survive the process

  static int shm_map(sqlite3_file* base, int region, int size, int extend, void volatile** target) {
    Handle& self = handle(base);
    const std::lock_guard guard(self.disk->mutex_);
    *target = nullptr;
    if (self.disk->is_cut_ || size > 32768) return SQLITE_IOERR_SHMMAP;
    auto& regions = self.file->shared_memory;
    const auto index = static_cast<std::size_t>(region);
    if (index >= regions.size() && extend == 0) return SQLITE_OK;
    while (index >= regions.size()) {
      regions.push_back(std::make_unique<std::array<char, 32768>>());
    }
    *target = regions[index]->data();
    return SQLITE_OK;
  }

  static int shm_lock(sqlite3_file* base, int offset, int count, int flags) {
    Handle& self = handle(base);
    const std::lock_guard guard(self.disk->mutex_);
    const unsigned mask = ((1U << static_cast<unsigned>(count)) - 1U)
                          << static_cast<unsigned>(offset);
    if ((flags & SQLITE_SHM_UNLOCK) != 0) {
      self.shared_locks &= ~mask;
      self.exclusive_locks &= ~mask;
      return SQLITE_OK;
    }
    if (self.disk->is_cut_) return SQLITE_IOERR_SHMLOCK;
    const bool is_exclusive = (flags & SQLITE_SHM_EXCLUSIVE) != 0;
    for (const Handle* other : self.file->handles) {
      if (other == &self) continue;
      const unsigned held = other->exclusive_locks | (is_exclusive ? other->shared_locks : 0U);
      if ((held & mask) != 0) return SQLITE_BUSY;
    }
    (is_exclusive ? self.exclusive_locks : self.shared_locks) |= mask;
    return SQLITE_OK;
  }

  static void shm_barrier(sqlite3_file* base) {
    const std::lock_guard guard(handle(base).disk->mutex_);
  }

  static int shm_unmap(sqlite3_file* base, int /*delete_flag*/) {
    Handle& self = handle(base);
    const std::lock_guard guard(self.disk->mutex_);
    self.shared_locks = 0;
    self.exclusive_locks = 0;
    if (self.file->handles.size() == 1) self.file->shared_memory.clear();
    return SQLITE_OK;
  }

  // --- names

  static int open(sqlite3_vfs* vfs, const char* name, sqlite3_file* base, int flags,
                  int* out_flags) {
    base->pMethods = nullptr;
    PowerCutDisk& self = disk(vfs);
    const std::lock_guard guard(self.mutex_);
    if (self.is_cut_) return SQLITE_CANTOPEN;
    const std::string key = name == nullptr ? "" : name;
    std::shared_ptr<DiskFile> file;
    const auto found = self.names_.find(key);
    if (name != nullptr && found != self.names_.end()) {
      file = found->second;
    } else {
      if ((flags & SQLITE_OPEN_CREATE) == 0) return SQLITE_CANTOPEN;
      const Step step = self.step();
      if (step != Step::kGo && step != Step::kCut) return SQLITE_CANTOPEN;
      file = std::make_shared<DiskFile>();
      if (name != nullptr) self.names_[key] = file;
      if (step == Step::kCut) {
        self.lose_power();
        return SQLITE_CANTOPEN;
      }
    }
    constexpr int kJournals =
        SQLITE_OPEN_MAIN_JOURNAL | SQLITE_OPEN_SUPER_JOURNAL | SQLITE_OPEN_WAL;
    // As SQLite's own Unix VFS does: only journals and logs sync the folder they were made in.
    const bool syncs_folder = (flags & SQLITE_OPEN_CREATE) != 0 && (flags & kJournals) != 0;
    const bool is_deleted_on_close = (flags & SQLITE_OPEN_DELETEONCLOSE) != 0;
    auto* opened = new (base)
        Handle{sqlite3_file{methods()}, &self, file, key, syncs_folder, is_deleted_on_close,
               SQLITE_LOCK_NONE,        0,     0};
    file->handles.insert(opened);
    if (out_flags != nullptr) *out_flags = flags;
    return SQLITE_OK;
  }

  static int remove(sqlite3_vfs* vfs, const char* name, int sync_folder) {
    PowerCutDisk& self = disk(vfs);
    const std::lock_guard guard(self.mutex_);
    const auto found = self.names_.find(name);
    if (found == self.names_.end()) return SQLITE_IOERR_DELETE_NOENT;
    const Step step = self.step();
    if (step == Step::kDead || step == Step::kIoError) return SQLITE_IOERR_DELETE;
    self.names_.erase(found);
    if (step == Step::kCut) {
      self.lose_power();
      return SQLITE_IOERR_DELETE;
    }
    if (sync_folder != 0) self.sync_folder();
    return SQLITE_OK;
  }

  static int access(sqlite3_vfs* vfs, const char* name, int /*flags*/, int* result) {
    PowerCutDisk& self = disk(vfs);
    const std::lock_guard guard(self.mutex_);
    *result = self.names_.count(name) != 0 ? 1 : 0;
    return self.is_cut_ ? SQLITE_IOERR_ACCESS : SQLITE_OK;
  }

  static int full_pathname(sqlite3_vfs*, const char* name, int size, char* target) {
    sqlite3_snprintf(size, target, "%s", name);
    return SQLITE_OK;
  }

  static const sqlite3_io_methods* methods() {
    static const sqlite3_io_methods kMethods = [] {
      sqlite3_io_methods made{};
      made.iVersion = 2;
      made.xClose = close;
      made.xRead = read;
      made.xWrite = write;
      made.xTruncate = truncate;
      made.xSync = sync;
      made.xFileSize = file_size;
      made.xLock = lock;
      made.xUnlock = unlock;
      made.xCheckReservedLock = check_reserved_lock;
      made.xFileControl = file_control;
      made.xSectorSize = sector_size;
      made.xDeviceCharacteristics = device_characteristics;
      made.xShmMap = shm_map;
      made.xShmLock = shm_lock;
      made.xShmBarrier = shm_barrier;
      made.xShmUnmap = shm_unmap;
      return made;
    }();
    return &kMethods;
  }
};

PowerCutDisk::PowerCutDisk(std::uint64_t seed)
    : random_(seed), name_("power-cut-" + std::to_string(seed)) {
  vfs_ = std::make_unique<sqlite3_vfs>(*sqlite3_vfs_find(nullptr));
  vfs_->iVersion = 2;
  vfs_->szOsFile = sizeof(Handle);
  vfs_->pNext = nullptr;
  vfs_->zName = name_.c_str();
  vfs_->pAppData = this;
  vfs_->xOpen = DiskMethods::open;
  vfs_->xDelete = DiskMethods::remove;
  vfs_->xAccess = DiskMethods::access;
  vfs_->xFullPathname = DiskMethods::full_pathname;
  sqlite3_vfs_register(vfs_.get(), 0);
}

PowerCutDisk::~PowerCutDisk() {
  sqlite3_vfs_unregister(vfs_.get());
}

void PowerCutDisk::cut_at(std::int64_t operation) {
  const std::lock_guard lock(mutex_);
  cut_at_ = operations_ + operation;
}

bool PowerCutDisk::is_cut() const {
  const std::lock_guard lock(mutex_);
  return is_cut_;
}

void PowerCutDisk::fail_at(std::int64_t operation, std::int64_t count, DiskFault fault) {
  const std::lock_guard lock(mutex_);
  fail_from_ = operations_ + operation;
  fail_until_ = fail_from_ + count;
  fault_ = fault;
}

void PowerCutDisk::mend() {
  const std::lock_guard lock(mutex_);
  fail_until_ = 0;
}

std::int64_t PowerCutDisk::failures() const {
  const std::lock_guard lock(mutex_);
  return failures_;
}

PowerCutDisk::Step PowerCutDisk::step() {
  if (is_cut_) return Step::kDead;
  ++operations_;
  if (operations_ == cut_at_) return Step::kCut;
  if (operations_ < fail_from_ || operations_ >= fail_until_) return Step::kGo;
  ++failures_;
  return fault_ == DiskFault::kFull ? Step::kFull : Step::kIoError;
}

namespace {

/// What one cut does to what was not synced.
enum class Loss { kEverything, kNothing, kLatest, kSectors };

class Cutter {
 public:
  explicit Cutter(std::mt19937_64& random) : random_(random) {
    loss_ = static_cast<Loss>(random_() % 4);
  }

  std::string image_of(const DiskFile& file) {
    std::string image = file.durable;
    std::size_t kept = 0;
    if (loss_ == Loss::kNothing) kept = file.pending.size();
    if (loss_ == Loss::kLatest) kept = random_() % (file.pending.size() + 1);
    for (std::size_t i = 0; i < kept; ++i) apply_change(file.pending[i], image);
    if (loss_ == Loss::kSectors) {
      for (const PendingChange& change : file.pending) apply_some_sectors(change, image);
    }
    return image;
  }

 private:
  void apply_some_sectors(const PendingChange& change, std::string& image) {
    if (change.is_truncation) {
      if (random_() % 2 == 0) apply_change(change, image);
      return;
    }
    for (std::size_t begin = 0; begin < change.bytes.size();) {
      const std::size_t place = change.offset + begin;
      const std::size_t end = std::min(change.bytes.size(), begin + kSector - place % kSector);
      std::string bytes = change.bytes.substr(begin, end - begin);
      const std::uint64_t fate = random_() % 8;
      if (fate == 0) bytes.resize(random_() % (bytes.size() + 1));  // torn
      if (fate == 1 && place >= image.size()) {                     // a new block, never written
        for (char& c : bytes) c = static_cast<char>(random_());
      }
      if (fate < 5) apply_change({place, bytes, false}, image);
      begin = end;
    }
  }

  std::mt19937_64& random_;
  Loss loss_;
};

}  // namespace

void PowerCutDisk::lose_power() {
  is_cut_ = true;
  Cutter cutter(random_);
  std::set<std::string> all;
  for (const auto& [name, file] : names_) all.insert(name);
  for (const auto& [name, file] : durable_names_) all.insert(name);
  std::map<std::string, std::shared_ptr<DiskFile>> left;
  for (const std::string& name : all) {
    // A name that was made or removed since the folder was synced may or may not be there.
    const auto& folder = toss() ? names_ : durable_names_;
    const auto found = folder.find(name);
    if (found == folder.end()) continue;
    auto file = std::make_shared<DiskFile>();
    file->durable = cutter.image_of(*found->second);
    file->content = file->durable;
    left[name] = std::move(file);
  }
  durable_names_ = std::move(left);
}

void PowerCutDisk::restart() {
  const std::lock_guard lock(mutex_);
  if (!is_cut_) lose_power();
  names_ = durable_names_;
  is_cut_ = false;
  cut_at_ = -1;
  fail_until_ = 0;
}

}  // namespace converge
