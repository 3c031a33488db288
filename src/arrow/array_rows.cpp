#include "arrow/array_rows.hpp"

#include <bit>
#include <limits>
#include <utility>

#include "xqs/detail/quoted.hpp"

namespace xqs::arrow {
namespace {

/// So that the place of every value in its buffer, 16 bytes at most, is an int64.
constexpr std::int64_t longest = std::numeric_limits<std::int64_t>::max() / 16 - 1;

std::int64_t count_valid(const std::uint8_t* validity, std::size_t first, std::size_t rows) {
  std::int64_t valid = 0;
  for (std::size_t at = first; at < first + rows;) {
    const bool whole_byte = at % 8 == 0 && first + rows - at >= 8;
    valid += whole_byte ? std::popcount(validity[at / 8]) : bit_at(validity, at) ? 1 : 0;
    at += whole_byte ? 8 : 1;
  }
  return valid;
}

}  // namespace

array_rows::array_rows(std::string name, const ArrowArray* from, bool is_dictionary)
    : name_(std::move(name)), is_dictionary_(is_dictionary), array_(from) {
  check();
  first_ = static_cast<std::size_t>(array_->offset);
  rows_ = static_cast<std::size_t>(array_->length);
}

array_rows::array_rows(std::string name, const ArrowArray* from, std::int64_t first,
                       std::int64_t rows)
    : array_rows(std::move(name), from, false) {
  if (first > array_->length || rows > array_->length - first)
    throw problem("has " + std::to_string(array_->length) + " rows; the struct of rows wants " +
                  std::to_string(rows) + " of them behind the first " + std::to_string(first));
  first_ += static_cast<std::size_t>(first);
  rows_ = static_cast<std::size_t>(rows);
}

array_rows array_rows::of_dictionary(const std::string& name, const ArrowArray* from) {
  return {name, from, true};
}

std::string array_rows::subject() const {
  if (name_.empty()) return "the struct of rows";
  return (is_dictionary_ ? "the dictionary of column " : "column ") + detail::in_quotes(name_);
}

void array_rows::check() const {
  if (array_ == nullptr) throw problem("has no array");
  if (array_->release == nullptr) throw problem("is released: its array was moved or freed");
  const std::int64_t length = array_->length;
  const std::int64_t offset = array_->offset;
  if (length < 0 || offset < 0 || length > longest || offset > longest - length)
    throw problem("has a length of " + std::to_string(length) + " and an offset of " +
                  std::to_string(offset) + ", which no array has");
  if (array_->n_buffers < 0 || (array_->n_buffers > 0 && array_->buffers == nullptr))
    throw problem("has " + std::to_string(array_->n_buffers) + " buffers, but no list of them");
}

void array_rows::require_buffers(std::int64_t exactly) const {
  if (array_->n_buffers != exactly)
    throw problem("has " + std::to_string(array_->n_buffers) + " buffers; its type has " +
                  std::to_string(exactly));
}

void array_rows::require_buffers_from(std::int64_t least) const {
  if (array_->n_buffers < least)
    throw problem("has " + std::to_string(array_->n_buffers) + " buffers; its type has at least " +
                  std::to_string(least));
}

/// The bitmap counts; a null_count that contradicts it says that one of the two is wrong. Of the
/// bitmap only the part of these rows is read, so that many pieces of an array cost what it does.
void array_rows::read_validity() {
  const auto* bitmap = static_cast<const std::uint8_t*>(array_->buffers[0]);
  const auto rows = static_cast<std::int64_t>(rows_);
  const std::int64_t nulls =
      bitmap == nullptr || rows == 0 ? 0 : rows - count_valid(bitmap, first_, rows_);
  const std::int64_t unread = bitmap == nullptr ? 0 : array_->length - rows;
  const std::int64_t stated = array_->null_count;
  if (stated != -1 && (stated < nulls || stated > nulls + unread))
    throw problem("has a null_count of " + std::to_string(stated) + ", but its validity has " +
                  std::to_string(nulls) + " nulls" +
                  (unread > 0 ? " in the " + std::to_string(rows) + " rows read, of " +
                                    std::to_string(array_->length)
                              : ""));
  if (nulls > 0) validity_ = bitmap;
}

std::vector<std::uint8_t> array_rows::valid_bytes() const {
  std::vector<std::uint8_t> valid;
  if (validity_ == nullptr) return valid;
  valid.resize(rows_);
  for (std::size_t row = 0; row < rows_; ++row) valid[row] = is_null(row) ? 0 : 1;
  return valid;
}

const void* array_rows::required(std::int64_t buffer) const {
  const void* found = array_->buffers[buffer];
  if (found == nullptr)
    throw problem("has rows, but its buffer " + std::to_string(buffer) + " is missing");
  return found;
}

}  // namespace xqs::arrow
