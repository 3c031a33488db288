#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <deque>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "arrow/c_data.hpp"

/// Arrow data written down by hand, each buffer on the heap and exactly as long as it must be, so
/// that a sanitizer sees every read beyond. Every field of the structs may be made wrong.
namespace arrow_data {

/// Bits of validity or of booleans, the lowest first.
inline std::vector<std::uint8_t> bits(const std::vector<int>& values) {
  std::vector<std::uint8_t> packed((values.size() + 7) / 8);
  for (std::size_t i = 0; i < values.size(); ++i)
    packed[i / 8] = static_cast<std::uint8_t>(packed[i / 8] | values[i] << (i % 8));
  return packed;
}

class column {
 public:
  column(std::string name, std::string format, std::int64_t length)
      : name_(std::move(name)), format_(std::move(format)) {
    schema.format = format_.c_str();
    schema.name = name_.c_str();
    schema.release = [](ArrowSchema* s) { s->release = nullptr; };
    array.length = length;
    array.null_count = -1;
    array.release = [](ArrowArray* a) { a->release = nullptr; };
  }
  column(const column&) = delete;
  column& operator=(const column&) = delete;

  column& no_buffer() { return buffer(nullptr, 0, 0); }
  template <typename T>
  column& values(const std::vector<T>& values) {
    return buffer(values.data(), values.size() * sizeof(T), 0);
  }
  column& values(const std::string& bytes) { return buffer(bytes.data(), bytes.size(), 0); }
  /// Where no value of more than a byte may be by its alignment.
  template <typename T>
  column& unaligned_values(const std::vector<T>& values) {
    return buffer(values.data(), values.size() * sizeof(T), 1);
  }
  /// Replaces a buffer that is there.
  template <typename T>
  void set(std::size_t at, const std::vector<T>& values) {
    list_[at] = keep(values.data(), values.size() * sizeof(T), 0);
  }
  void set_missing(std::size_t at) { list_[at] = nullptr; }
  void dictionary(column& values) {
    schema.dictionary = &values.schema;
    array.dictionary = &values.array;
  }

  ArrowSchema schema{};
  ArrowArray array{};

 private:
  const void* keep(const void* from, std::size_t size, std::size_t shift) {
    kept_.push_back(std::make_unique<char[]>(size + shift));
    if (size > 0) std::memcpy(kept_.back().get() + shift, from, size);
    return kept_.back().get() + shift;
  }
  column& buffer(const void* from, std::size_t size, std::size_t shift) {
    list_.push_back(from == nullptr && size == 0 ? nullptr : keep(from, size, shift));
    array.buffers = list_.data();
    array.n_buffers = static_cast<std::int64_t>(list_.size());
    return *this;
  }

  std::string name_;
  std::string format_;
  std::vector<std::unique_ptr<char[]>> kept_;
  std::vector<const void*> list_;
};

/// A struct array of columns; counts how often it is released.
class rows {
 public:
  explicit rows(std::int64_t length) : length_(length), top_("", "+s", length) {
    top_.no_buffer();
    schema().private_data = array().private_data = this;
    schema().release = [](ArrowSchema* s) {
      ++static_cast<rows*>(s->private_data)->schema_releases;
      s->release = nullptr;
    };
    array().release = [](ArrowArray* a) {
      ++static_cast<rows*>(a->private_data)->array_releases;
      a->release = nullptr;
    };
  }

  column& add(std::string name, std::string format) {
    columns_.emplace_back(std::move(name), std::move(format), length_);
    schemas.push_back(&columns_.back().schema);
    arrays.push_back(&columns_.back().array);
    schema().n_children = array().n_children = static_cast<std::int64_t>(schemas.size());
    schema().children = schemas.data();
    array().children = arrays.data();
    return columns_.back();
  }
  column& add_dictionary(column& of, std::string format, std::int64_t length) {
    column& values = dictionaries_.emplace_back("", std::move(format), length);
    of.dictionary(values);
    return values;
  }
  column& operator[](std::size_t at) { return columns_[at]; }
  column& top() { return top_; }
  ArrowSchema& schema() { return top_.schema; }
  ArrowArray& array() { return top_.array; }

  int schema_releases = 0;
  int array_releases = 0;
  std::vector<ArrowSchema*> schemas;
  std::vector<ArrowArray*> arrays;

 private:
  std::int64_t length_;
  column top_;
  std::deque<column> columns_;
  std::deque<column> dictionaries_;
};

}  // namespace arrow_data
