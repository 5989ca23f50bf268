#include <cstdio>
#include <cstdlib>
int main() {
  return 0;
}
