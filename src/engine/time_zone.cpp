#include "xqs/engine/time_zone.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdio>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include "engine/posix_zone.hpp"
#include "xqs/detail/quoted.hpp"
#include "xqs/error.hpp"

namespace xqs {
namespace {

constexpr time_us second = 1'000'000;

/// Beyond any year of four digits; offsets can be added to what is within.
constexpr time_us farthest = (std::int64_t{1} << 42) * second;
time_us bounded(time_us at) { return std::clamp(at, -farthest, farthest); }

constexpr std::array<const char*, 3> databases = {"/usr/share/zoneinfo/", "/usr/lib/zoneinfo/",
                                                  "/usr/share/lib/zoneinfo/"};
constexpr std::size_t most_bytes = std::size_t{1} << 20;  // the largest zones have 4 KiB

/// Names that cannot leave the folder of the database, and mean the same on every machine.
bool is_zone_name(std::string_view name) {
  for (const std::string_view of_machine : {"localtime", "posixrules", "Factory"})
    if (name == of_machine) return false;
  constexpr std::string_view allowed =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_+-/";
  return !name.empty() && name.size() < 100 && name.front() != '/' && name.back() != '/' &&
         name.find_first_not_of(allowed) == std::string_view::npos;
}

/// The content of a file that can be opened and read, else empty.
std::optional<std::string> file_content(const std::string& path) {
  std::FILE* file = std::fopen(path.c_str(), "rb");
  if (file == nullptr) return std::nullopt;
  std::string bytes(most_bytes, '\0');
  bytes.resize(std::fread(bytes.data(), 1, bytes.size(), file));
  const bool failed = std::ferror(file) != 0;  // a directory, for instance
  std::fclose(file);
  if (failed) return std::nullopt;
  return bytes;
}

/// Reads integers from bytes that may end too early, or lie.
class byte_reader {
 public:
  explicit byte_reader(std::string_view bytes) : bytes_(bytes) {}

  std::string_view take(std::size_t size) {
    if (size > bytes_.size()) throw error(errc::invalid_data, "the file of the zone is cut off");
    const std::string_view taken = bytes_.substr(0, size);
    bytes_.remove_prefix(size);
    return taken;
  }
  /// Big-endian, two's complement.
  std::int64_t integer(std::size_t size) {
    const std::string_view digits = take(size);
    std::uint64_t value = (static_cast<unsigned char>(digits.front()) & 0x80U) != 0 ? ~0ULL : 0;
    for (const char c : digits) value = value << 8U | static_cast<unsigned char>(c);
    return static_cast<std::int64_t>(value);
  }
  std::size_t count() {
    const std::int64_t value = integer(4);
    if (value < 0 || value > 100'000)
      throw error(errc::invalid_data, "the file of the zone is damaged");
    return static_cast<std::size_t>(value);
  }
  [[nodiscard]] std::string_view rest() const { return bytes_; }

 private:
  std::string_view bytes_;
};

}  // namespace

/// The transitions that a TZif file lists (RFC 8536), and the rule for the time after them.
class time_zone::rules {
 public:
  rules() : offsets_{0} {}
  explicit rules(std::string_view bytes) {
    byte_reader in(bytes);
    const std::array<std::size_t, 6> first = read_header(in);
    // The first block has 32-bit times; the second, of version 2 and later, has all.
    const auto [utc_flags, wall_flags, leaps, times, types, characters] = first;
    in.take(times * 5 + types * 6 + characters + leaps * 8 + wall_flags + utc_flags);
    read_block(in);
  }

  [[nodiscard]] time_us offset_at(time_us at) const {
    if (rule_ && (times_.empty() || at >= times_.back())) return rule_->offset_at(at);
    const auto next = std::upper_bound(times_.begin(), times_.end(), at);
    return offsets_[next == times_.begin()
                        ? before_
                        : kinds_[static_cast<std::size_t>(next - times_.begin()) - 1]];
  }

  [[nodiscard]] std::optional<time_us> from_local(time_us local) const {
    std::optional<time_us> earliest;
    const auto consider = [&](time_us offset) {
      const time_us at = local - offset;
      if (offset_at(at) == offset && (!earliest || at < *earliest)) earliest = at;
    };
    for (const time_us offset : offsets_) consider(offset);
    if (rule_) {
      consider(rule_->standard_offset());
      consider(rule_->summer_offset());
    }
    return earliest;
  }

 private:
  static std::array<std::size_t, 6> read_header(byte_reader& in) {
    if (in.take(4) != "TZif" || in.take(1) < "2")
      throw error(errc::invalid_data, "the file of the zone is none of version 2 or later");
    in.take(15);
    std::array<std::size_t, 6> counts{};
    for (std::size_t& count : counts) count = in.count();
    return counts;
  }

  void read_block(byte_reader& in) {
    const auto [utc_flags, wall_flags, leaps, times, types, characters] = read_header(in);
    if (leaps > 0)
      throw error(errc::invalid_data, "the zone counts leap seconds, which UTC here does not");
    if (types == 0) throw error(errc::invalid_data, "the file of the zone is damaged");
    for (std::size_t i = 0; i < times; ++i) times_.push_back(in.integer(8));
    for (std::size_t i = 0; i < times; ++i)
      kinds_.push_back(static_cast<std::size_t>(in.integer(1)));
    std::vector<std::uint8_t> summer;
    for (std::size_t i = 0; i < types; ++i) {
      offsets_.push_back(in.integer(4) * second);
      summer.push_back(in.integer(1) != 0 ? 1 : 0);
      in.take(1);
    }
    in.take(characters + wall_flags + utc_flags);
    const std::string_view footer = in.rest();
    if (footer.size() > 2) rule_ = posix_zone::parse(footer.substr(1, footer.find('\n', 1) - 1));
    while (before_ < types && summer[before_] != 0) ++before_;  // standard time comes first
    if (before_ == types) before_ = 0;
    check(types);
  }

  void check(std::size_t types) {
    constexpr std::int64_t most = farthest / second;
    for (std::int64_t& time : times_) time = std::clamp(time, -most, most) * second;
    const bool sorted = std::is_sorted(times_.begin(), times_.end());
    const bool known =
        std::all_of(kinds_.begin(), kinds_.end(), [&](std::size_t kind) { return kind < types; });
    const bool near = std::all_of(offsets_.begin(), offsets_.end(), [](time_us offset) {
      return offset > -100'000 * second && offset < 100'000 * second;
    });
    if (!sorted || !known || !near)
      throw error(errc::invalid_data, "the file of the zone is damaged");
  }

  std::vector<time_us> times_;
  std::vector<std::size_t> kinds_;  ///< which offset holds from each time on
  std::vector<time_us> offsets_;
  std::size_t before_ = 0;          ///< which offset holds before the first
  std::optional<posix_zone> rule_;  ///< from the last on
};

time_zone time_zone::utc() { return time_zone(std::make_shared<const rules>()); }

time_zone time_zone::named(const std::string& name) {
  const std::string zone = "time zone " + detail::in_quotes(name);
  if (is_zone_name(name))
    for (const char* folder : databases)
      if (const auto bytes = file_content(folder + name)) try {
          return time_zone(std::make_shared<const rules>(*bytes));
        } catch (const error& problem) {
          throw error(errc::invalid_argument, zone + " cannot be used: " + problem.what());
        }
  throw error(errc::invalid_argument,
              zone +
                  " is not in the system's database (tzdata); names are those of the IANA, for "
                  "instance Europe/Berlin");
}

time_us time_zone::offset_at(time_us at) const { return rules_->offset_at(bounded(at)); }

std::optional<time_us> time_zone::from_local(time_us local) const {
  return rules_->from_local(bounded(local));
}

}  // namespace xqs
