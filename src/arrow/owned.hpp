#pragma once

#include "arrow/c_data.hpp"

namespace xqs::arrow {

/// A struct of the C data interface moved out of the caller's, which then counts as released; the
/// owner releases it once. Taking one that is released already gives an owner of nothing.
template <typename Struct>
class owned {
 public:
  explicit owned(Struct& from) noexcept : value_(from) { from.release = nullptr; }
  owned(owned&& from) noexcept : owned(from.value_) {}
  owned& operator=(owned&&) = delete;
  ~owned() {
    if (value_.release != nullptr) value_.release(&value_);
  }

  [[nodiscard]] Struct& operator*() noexcept { return value_; }
  [[nodiscard]] Struct* operator->() noexcept { return &value_; }

 private:
  Struct value_;
};

using owned_schema = owned<ArrowSchema>;
using owned_array = owned<ArrowArray>;
using owned_stream = owned<ArrowArrayStream>;

}  // namespace xqs::arrow
