#include "groups.hpp"

namespace vectarium {

std::vector<std::int32_t> group_points(const Links& links, std::size_t n, Stages& stages) {
  std::vector<std::int32_t> order;
  // One after the other, since each group takes from those that the groups before it have left.
  stages.each(1, [&](std::size_t) {
    std::vector<bool> taken(n, false);
    order.reserve(n);
    std::size_t next = 0, reached = 0;
    const auto take = [&](std::size_t i) {
      taken[i] = true;
      order.push_back(std::int32_t(i));
    };
    while (order.size() < n && !stages.stop()) {
      const std::size_t full = std::min(n, (order.size() / group_size + 1) * group_size);
      reached = order.size();
      while (order.size() < full) {
        if (reached == order.size()) {
          while (taken[next]) ++next;
          take(next);
        }
        const Linked near = links.of(std::size_t(order[reached++]));
        for (std::size_t u = 0; u < near.count && order.size() < full; ++u)
          if (!taken[std::size_t(near.points[u])]) take(std::size_t(near.points[u]));
      }
    }
  });
  return order;
}

}  // namespace vectarium
