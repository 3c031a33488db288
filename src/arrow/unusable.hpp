#pragma once

#include "xqs/error.hpp"

namespace xqs::arrow {

/// What is Arrow as it should be, but nothing that the engine takes. It matters only where the
/// column is needed; what is not Arrow as it should be is refused with any other error.
class unusable : public error {
 public:
  using error::error;
};

}  // namespace xqs::arrow
