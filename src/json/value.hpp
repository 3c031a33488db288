#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "xqs/error.hpp"
#include "xqs/model/decimal.hpp"
#include "xqs/model/definition_file.hpp"

namespace xqs::json {

enum class kind { null, boolean, number, string, array, object };

/// A JSON value as written: numbers keep their text, objects their order.
struct value {
  json::kind kind = kind::null;
  bool truth = false;
  std::string text = {};  ///< of a string (unescaped) or a number (as written)
  std::vector<value> elements = {};
  std::vector<std::pair<std::string, value>> members = {};
};

/// Reads one JSON text.
///
/// Errors (with `code`): malformed JSON with line and column; duplicate keys and more than 64
/// levels with their JSON path.
[[nodiscard]] value parse(std::string_view text, errc code);

/// A value and where it stands; conversions refuse what does not fit, naming the JSON path.
class node {
 public:
  node(const value& v, std::string path, errc code)
      : value_(&v), path_(std::move(path)), code_(code) {}

  [[nodiscard]] const std::string& path() const { return path_; }
  [[nodiscard]] json::kind kind() const { return value_->kind; }
  [[noreturn]] void fail(const std::string& message) const;

  [[nodiscard]] std::string text() const;
  [[nodiscard]] xqs::decimal decimal() const;
  [[nodiscard]] std::int64_t integer(std::int64_t min, std::int64_t max) const;
  [[nodiscard]] bool boolean() const;
  template <typename Choice>
  [[nodiscard]] Choice choice() const {
    const auto found = choice_from<Choice>(text());
    if (!found) fail_choice(choice_names<Choice>.data(), choice_names<Choice>.size());
    return *found;
  }

  /// The elements of an array.
  [[nodiscard]] std::vector<node> elements() const;
  /// The members of an object with any keys.
  [[nodiscard]] std::vector<std::pair<std::string, node>> members() const;
  /// The member of that name, if there is one. Errors: this is no object.
  [[nodiscard]] std::optional<node> find(std::string_view key) const;
  [[nodiscard]] node at(std::string_view key) const;
  /// Errors: a member that is none of `keys`.
  void allow_only(const std::vector<std::string_view>& keys) const;

 private:
  [[noreturn]] void fail_choice(const std::string_view* names, std::size_t count) const;
  [[nodiscard]] node child(const std::string& key, const value& v) const;
  void require(json::kind expected, const char* what) const;

  const value* value_;
  std::string path_;
  errc code_;
};

}  // namespace xqs::json
