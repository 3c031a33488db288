#include "arrow/value_type.hpp"

#include <algorithm>
#include <optional>
#include <string>

#include "arrow/unusable.hpp"
#include "xqs/detail/quoted.hpp"

namespace xqs::arrow {
namespace {

struct plain_format {
  std::string_view format;
  value_kind kind;
};
constexpr plain_format plain_formats[] = {
    {"n", value_kind::null},     {"b", value_kind::boolean},    {"c", value_kind::int8},
    {"C", value_kind::uint8},    {"s", value_kind::int16},      {"S", value_kind::uint16},
    {"i", value_kind::int32},    {"I", value_kind::uint32},     {"l", value_kind::int64},
    {"L", value_kind::uint64},   {"f", value_kind::float32},    {"g", value_kind::float64},
    {"u", value_kind::text},     {"U", value_kind::large_text}, {"vu", value_kind::text_view},
    {"tdD", value_kind::date32}, {"tdm", value_kind::date64}};

struct refused_format {
  std::string_view start;
  std::string_view name;
};
constexpr refused_format refused_formats[] = {{"e", "float16"},
                                              {"z", "binary"},
                                              {"Z", "large_binary"},
                                              {"vz", "binary_view"},
                                              {"w:", "fixed_size_binary"},
                                              {"tt", "time"},
                                              {"tD", "duration"},
                                              {"ti", "interval"},
                                              {"+l", "list"},
                                              {"+L", "large_list"},
                                              {"+vl", "list_view"},
                                              {"+vL", "large_list_view"},
                                              {"+w:", "fixed_size_list"},
                                              {"+s", "struct"},
                                              {"+m", "map"},
                                              {"+u", "union"},
                                              {"+r", "run_end_encoded"}};

/// `d:PRECISION,SCALE` is of 128 bits, unless a third number says of how many.
std::string decimal_name(std::string_view format) {
  const bool says = std::count(format.begin(), format.end(), ',') == 2;
  return "decimal" + (says ? detail::printable(format.substr(format.rfind(',') + 1)) : "128");
}

std::string name_of(std::string_view format) {
  if (format.starts_with("d:")) return decimal_name(format);
  for (const refused_format& known : refused_formats)
    if (format.starts_with(known.start)) return std::string(known.name);
  return "unknown";
}

std::optional<value_type> timestamp(std::string_view format) {
  const std::size_t unit = std::string_view("smun").find(format[2]);
  if (unit == std::string_view::npos) return std::nullopt;
  constexpr std::int64_t per_second[] = {1, 1'000, 1'000'000, 1'000'000'000};
  return value_type{
      .kind = value_kind::timestamp, .per_second = per_second[unit], .has_zone = format.size() > 4};
}

}  // namespace

value_type value_type_of(std::string_view format, const array_rows& of) {
  for (const plain_format& known : plain_formats)
    if (format == known.format) return {.kind = known.kind};
  if (format.size() >= 4 && format.starts_with("ts") && format[3] == ':')
    if (const auto type = timestamp(format)) return *type;
  throw of.problem<unusable>("is of type " + name_of(format) + " (format " +
                             detail::in_quotes(format) +
                             "), which is not taken; convert it to text, numbers or times, or "
                             "leave it out");
}

}  // namespace xqs::arrow
