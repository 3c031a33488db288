#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>

#include "json/value.hpp"
#include "xqs/detail/canonical_json.hpp"

namespace xqs::json {
namespace {

constexpr std::size_t deepest = 64;
constexpr const char* no_decimal = " is not below 1000000000 with at most 6 decimal places";

bool is_plain_key(std::string_view key) {
  constexpr std::string_view plain =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_";
  return !key.empty() && key.find_first_not_of(plain) == std::string_view::npos;
}

std::string member_path(const std::string& parent, const std::string& key) {
  return is_plain_key(key) ? parent + "." + key : parent + "[" + detail::json_string(key) + "]";
}

/// What the parser says, without its own name and place before and the text it quotes behind.
std::string reason_of(std::string_view message) {
  message.remove_prefix(message.find(": ") + 2);
  return std::string(message.substr(0, message.find("; last read: ")));
}

/// Builds a value from the parser's events. SAX rather than the parser's own tree: that one drops
/// duplicate keys and rounds numbers.
class builder {
 public:
  builder(std::string_view text, errc code) : text_(text), code_(code) {}

  bool null() { return put({}); }
  bool boolean(bool truth) { return put({.kind = kind::boolean, .truth = truth}); }
  bool number_integer(std::int64_t n) { return number(std::to_string(n)); }
  bool number_unsigned(std::uint64_t n) { return number(std::to_string(n)); }
  /// The text comes with the decimal mark of the host's locale in place of the point.
  bool number_float(double, std::string written) {
    constexpr std::string_view others = "0123456789+-eE";
    const std::size_t mark = written.find_first_not_of(others);
    if (mark != std::string::npos)
      written.replace(mark, written.find_first_of(others, mark) - mark, ".");
    return number(std::move(written));
  }
  bool string(std::string& s) { return put({.kind = kind::string, .text = std::move(s)}); }
  bool binary(std::vector<std::uint8_t>&) { return false; }  // no such thing in JSON text
  bool start_object(std::size_t) { return open(kind::object); }
  bool start_array(std::size_t) { return open(kind::array); }
  bool end_object() { return close(); }
  bool end_array() { return close(); }

  bool key(std::string& name) {
    if (!seen_.back().insert(name).second) fail(member_path(path(), name) + ": duplicate key");
    open_.back()->members.emplace_back(std::move(name), value{});
    return true;
  }

  /// `read` bytes were read, the last of them is wrong.
  bool parse_error(std::size_t read, const std::string&, const std::exception& problem) {
    malformed(read == 0 ? 0 : read - 1, reason_of(problem.what()));
  }
  /// A number beyond what a double holds: valid JSON.
  bool parse_error(std::size_t, const std::string& token, const nlohmann::json::out_of_range&) {
    fail(next_path() + ": " + token + no_decimal);
  }

  /// Errors: always; the line and column, in bytes, of a position of the text.
  [[noreturn]] void malformed(std::size_t position, const std::string& reason) const {
    const std::string_view before = text_.substr(0, std::min(position, text_.size()));
    const auto line = 1 + std::count(before.begin(), before.end(), '\n');
    const std::size_t column = before.size() - before.rfind('\n');  // npos is -1
    fail("line " + std::to_string(line) + ", column " + std::to_string(column) +
         ": not valid JSON: " + reason);
  }

  value take() { return std::move(root_); }

 private:
  bool number(std::string text) { return put({.kind = kind::number, .text = std::move(text)}); }

  bool put(value&& v) {
    slot() = std::move(v);
    return true;
  }

  bool open(json::kind k) {
    if (open_.size() >= deepest) fail(path() + ": more than 64 levels deep");
    value& v = slot();
    v.kind = k;
    open_.push_back(&v);
    seen_.emplace_back();
    return true;
  }

  bool close() {
    open_.pop_back();
    seen_.pop_back();
    return true;
  }

  value& slot() {
    if (open_.empty()) return root_;
    value& parent = *open_.back();
    if (parent.kind == kind::object) return parent.members.back().second;
    return parent.elements.emplace_back();
  }

  [[nodiscard]] std::string path() const {
    std::string result = "$";
    for (const value* v : open_) {
      if (v == open_.back()) break;
      result = v->kind == kind::object
                   ? member_path(result, v->members.back().first)
                   : result + "[" + std::to_string(v->elements.size() - 1) + "]";
    }
    return result;
  }

  /// Of the value that comes next.
  [[nodiscard]] std::string next_path() const {
    if (open_.empty()) return "$";
    const value& parent = *open_.back();
    return parent.kind == kind::object
               ? member_path(path(), parent.members.back().first)
               : path() + "[" + std::to_string(parent.elements.size()) + "]";
  }

  [[noreturn]] void fail(const std::string& message) const { throw error(code_, message); }

  std::string_view text_;
  errc code_;
  value root_;
  std::vector<value*> open_;  // a parent does not grow while a child is open, so pointers hold
  std::vector<std::set<std::string>> seen_;  // keys of the open objects
};

const char* article(json::kind k) {
  constexpr const char* names[] = {"null",     "a boolean", "a number",
                                   "a string", "an array",  "an object"};
  return names[static_cast<std::size_t>(k)];
}

}  // namespace

value parse(std::string_view text, errc code) {
  builder events(text, code);
  const std::size_t nul = text.find('\0');  // the parser takes it for the end
  if (nul != std::string_view::npos) events.malformed(nul, "NUL byte");
  nlohmann::json::sax_parse(text.begin(), text.end(), &events);
  return events.take();
}

void node::fail(const std::string& message) const { throw error(code_, path_ + ": " + message); }

void node::require(json::kind expected, const char* what) const {
  if (value_->kind != expected)
    fail(std::string("must be ") + what + ", not " + article(value_->kind));
}

std::string node::text() const {
  require(kind::string, "a string");
  return value_->text;
}

xqs::decimal node::decimal() const {
  require(kind::number, "a number");
  const auto number = xqs::decimal::parse(value_->text);
  if (!number) fail(value_->text + no_decimal);
  return *number;
}

std::int64_t node::integer(std::int64_t min, std::int64_t max) const {
  require(kind::number, "a whole number");
  const auto number = xqs::decimal::parse(value_->text);
  const std::int64_t whole = number ? number->millionths() / xqs::decimal::one : 0;
  if (!number || number->millionths() % xqs::decimal::one != 0 || whole < min || whole > max)
    fail(min == max
             ? "must be " + std::to_string(min)
             : "must be a whole number from " + std::to_string(min) + " to " + std::to_string(max));
  return whole;
}

bool node::boolean() const {
  require(kind::boolean, "true or false");
  return value_->truth;
}

std::vector<node> node::elements() const {
  require(kind::array, "an array");
  std::vector<node> nodes;
  for (std::size_t i = 0; i < value_->elements.size(); ++i)
    nodes.emplace_back(value_->elements[i], path_ + "[" + std::to_string(i) + "]", code_);
  return nodes;
}

std::vector<std::pair<std::string, node>> node::members() const {
  require(kind::object, "an object");
  std::vector<std::pair<std::string, node>> nodes;
  for (const auto& [key, v] : value_->members) nodes.emplace_back(key, child(key, v));
  return nodes;
}

node node::child(const std::string& key, const value& v) const {
  return {v, member_path(path_, key), code_};
}

std::optional<node> node::find(std::string_view key) const {
  require(kind::object, "an object");
  for (const auto& [name, v] : value_->members)
    if (name == key) return child(name, v);
  return std::nullopt;
}

node node::at(std::string_view key) const {
  const auto found = find(key);
  if (!found) fail("needs the key \"" + std::string(key) + "\"");
  return *found;
}

void node::allow_only(const std::vector<std::string_view>& keys) const {
  for (const auto& [name, member] : members())
    if (std::find(keys.begin(), keys.end(), name) == keys.end()) {
      std::string allowed;
      for (const std::string_view key : keys)
        allowed += (allowed.empty() ? "" : ", ") + std::string(key);
      member.fail("unknown key; allowed here: " + allowed);
    }
}

void node::fail_choice(const std::string_view* names, std::size_t count) const {
  std::string allowed;
  for (std::size_t i = 0; i < count; ++i)
    allowed += (i == 0 ? "\"" : "\", \"") + std::string(names[i]);
  fail(detail::json_string(value_->text) + " is not one of " + allowed + "\"");
}

}  // namespace xqs::json
