#include "engine/crew.hpp"

#include <system_error>
#include <utility>

namespace xqs::engine {
namespace {

/// Waits until a number is no longer `old`: awake for some 50 microseconds, since work comes in
/// quick succession, then asleep.
template <typename Number>
void wait_for_change(const std::atomic<Number>& number, Number old) {
  constexpr int looks = 1'000;
  for (int i = 0; i < looks; ++i) {
    if (number.load(std::memory_order_acquire) != old) return;
#if defined(__x86_64__) || defined(__i386__)
    __builtin_ia32_pause();
#endif
  }
  number.wait(old, std::memory_order_acquire);
}

/// In `working_`: that others may still begin.
constexpr std::uint32_t open = 1u << 31;

}  // namespace

crew::~crew() {
  ends_ = true;
  ++round_;
  round_.notify_all();
  for (std::thread& other : others_) other.join();
}

void crew::run(work task, const void* context) {
  task_ = task;
  context_ = context;
  failures_.assign(others_.size() + 1, nullptr);
  working_ = open;
  ++round_;
  round_.notify_all();
  guarded(0);
  working_ &= ~open;
  for (std::uint32_t left = working_; left > 0; left = working_) wait_for_change(working_, left);
  for (std::exception_ptr& failure : failures_)
    if (failure) std::rethrow_exception(std::exchange(failure, nullptr));
}

/// Where the system has no more threads, those that there are do all.
void crew::start(std::size_t size) {
  if (others_.size() + 1 >= size) return;
  others_.reserve(size - 1);
  try {
    while (others_.size() + 1 < size)
      others_.emplace_back(&crew::serve, this, others_.size() + 1, round_.load());
  } catch (const std::system_error&) {
    size_ = others_.size() + 1;  // not to be tried again
  }
}

void crew::serve(std::size_t lane, std::uint32_t round) {
  for (;;) {
    wait_for_change(round_, round);
    round = round_;
    if (ends_) return;
    if (!enter()) continue;
    round = round_;  // which may be newer than the one that was seen
    guarded(lane);
    if (--working_ == 0) working_.notify_one();
  }
}

/// Whether there is work that is not done yet, which may be newer than the round that was seen.
bool crew::enter() {
  std::uint32_t others = working_;
  while ((others & open) != 0)
    if (working_.compare_exchange_weak(others, others + 1)) return true;
  return false;
}

void crew::guarded(std::size_t lane) noexcept {
  try {
    task_(context_, lane);
  } catch (...) {
    failures_[lane] = std::current_exception();
  }
}

}  // namespace xqs::engine
