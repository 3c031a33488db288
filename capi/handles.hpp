#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "engine/code_lookup.hpp"
#include "guard.hpp"
#include "tally_image.hpp"
#include "xqs/model/definition.hpp"
#include "xqs/tally/fold.hpp"
#include "xqs/tally/ledger.hpp"

namespace xqs::c {

/// A definition and what follows from it, immutable and shared by the handles that need it.
class shared_definition {
 public:
  explicit shared_definition(definition d)
      : rules_(std::move(d)),
        pooled_(rules_, {""}),
        profile_(rules_, profile_labels(rules_)),
        codes_(rules_),
        profile_columns_(rules_.items().size()) {
    const std::vector<std::uint32_t> by_id = order_by_id(rules_.items());
    for (std::uint32_t column = 0; column < by_id.size(); ++column)
      profile_columns_[by_id[column]] = column;
  }

  [[nodiscard]] const definition& rules() const { return rules_; }
  [[nodiscard]] const engine::code_lookup& codes() const { return codes_; }
  /// The column of an item in a profile, by its position in the definition.
  [[nodiscard]] std::uint32_t profile_column(std::uint32_t item) const {
    return profile_columns_[item];
  }
  [[nodiscard]] bool is_pooled(const image_layout& layout) const { return &layout == &pooled_; }

  /// Of tallies with `columns`, XQS_POOLED or XQS_PROFILE.
  [[nodiscard]] const image_layout& layout(std::uint32_t columns, const argument& which) const {
    if (columns != XQS_POOLED && columns != XQS_PROFILE)
      throw which.wrong("is neither XQS_POOLED nor XQS_PROFILE");
    return columns == XQS_POOLED ? pooled_ : checked_profile();
  }
  /// Of tallies of a size, which differ since labels of items are not empty.
  [[nodiscard]] const image_layout& layout_of_size(std::size_t size, const argument& which) const {
    if (size == pooled_.size) return pooled_;
    if (size == profile_.size) return checked_profile();
    throw which.wrong("is " + std::to_string(size) + ", not that of a tally of definition " +
                      rules_.label() + ": " + std::to_string(pooled_.size) + " pooled, " +
                      std::to_string(profile_.size) + " as a profile");
  }

 private:
  [[nodiscard]] const image_layout& checked_profile() const {
    profile_.require_room(rules_);
    return profile_;
  }

  definition rules_;
  image_layout pooled_;
  image_layout profile_;
  engine::code_lookup codes_;
  std::vector<std::uint32_t> profile_columns_;
};

using shared = std::shared_ptr<const shared_definition>;

/// Gives a new handle away. What cannot be made leaves `*out` null.
template <typename Handle, typename Make>
void give(Handle** out, const argument& which, Make make) {
  required(out, which) = nullptr;
  *out = new Handle(make());
}

}  // namespace xqs::c

struct xqs_definition {
  xqs::c::shared shared;
  [[nodiscard]] const xqs::definition& rules() const { return shared->rules(); }
};

struct xqs_ledger {
  xqs::c::shared shared;
  xqs::ledger content;
};
