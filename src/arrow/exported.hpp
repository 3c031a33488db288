#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "arrow/c_data.hpp"

/// Schemas and arrays that own what they point to.
namespace xqs::arrow {

/// What is released with its parent, unless it was moved out before.
template <typename Struct>
class owned_children {
 public:
  explicit owned_children(std::size_t count) : children_(count), list_(count) {
    for (std::size_t i = 0; i < count; ++i) list_[i] = &children_[i];
  }
  owned_children(const owned_children&) = delete;
  owned_children& operator=(const owned_children&) = delete;
  ~owned_children() {
    for (Struct& child : children_)
      if (child.release != nullptr) child.release(&child);
  }

  [[nodiscard]] Struct& operator[](std::size_t at) { return children_[at]; }
  [[nodiscard]] std::int64_t count() const { return static_cast<std::int64_t>(children_.size()); }
  [[nodiscard]] Struct** list() { return list_.empty() ? nullptr : list_.data(); }

 private:
  std::vector<Struct> children_;  // released ones to begin with
  std::vector<Struct*> list_;
};

/// Frees the content that a struct owns.
template <typename Content, typename Struct>
void release(Struct* from) noexcept {
  delete static_cast<Content*>(from->private_data);
  from->private_data = nullptr;
  from->release = nullptr;
}

struct schema_content {
  explicit schema_content(std::size_t count) : children(count) {}
  std::string format;
  std::string name;
  std::string metadata;
  owned_children<ArrowSchema> children;
};

inline void publish(std::unique_ptr<schema_content> from, std::int64_t flags, ArrowSchema& to) {
  schema_content& content = *from;
  to = {.format = content.format.c_str(),
        .name = content.name.c_str(),
        .metadata = content.metadata.empty() ? nullptr : content.metadata.data(),
        .flags = flags,
        .n_children = content.children.count(),
        .children = content.children.list(),
        .dictionary = nullptr,
        .release = release<schema_content, ArrowSchema>,
        .private_data = from.release()};
}

/// Buffers of any type, of which an array uses some.
struct array_content {
  explicit array_content(std::size_t count) : children(count) {}
  std::vector<std::uint8_t> validity;  ///< a bit a row
  std::vector<std::uint8_t> bits;
  std::vector<std::int64_t> integers;
  std::vector<double> numbers;
  std::vector<const void*> buffers;
  std::shared_ptr<const void> others;  ///< what owns buffers that are not its own
  owned_children<ArrowArray> children;
};

inline void publish(std::unique_ptr<array_content> from, std::size_t rows, std::size_t nulls,
                    ArrowArray& to) {
  array_content& content = *from;
  to = {.length = static_cast<std::int64_t>(rows),
        .null_count = static_cast<std::int64_t>(nulls),
        .offset = 0,
        .n_buffers = static_cast<std::int64_t>(content.buffers.size()),
        .n_children = content.children.count(),
        .buffers = content.buffers.data(),
        .children = content.children.list(),
        .dictionary = nullptr,
        .release = release<array_content, ArrowArray>,
        .private_data = from.release()};
}

}  // namespace xqs::arrow
