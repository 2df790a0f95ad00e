package io.github.hunyuanvideo.core.device;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** On trees of files as kernels write them; the machine has 1 MB, of which 600 kB are available. */
class HostMemoryTest {

  private static final long TOTAL = 1000 << 10;
  private static final long AVAILABLE = 600 << 10;
  private static final HostMemory UNLIMITED = new HostMemory(TOTAL, AVAILABLE);

  @TempDir Path root;

  @Test
  void whatIsAvailableIsPartOfWhatThereIs() {
    HostMemory memory = HostMemory.read();
    assertThat(memory.total()).isGreaterThanOrEqualTo(Runtime.getRuntime().totalMemory());
    assertThat(memory.available()).isPositive().isLessThanOrEqualTo(memory.total());
  }

  @Test
  @EnabledOnOs(value = OS.LINUX, disabledReason = "the memory of the machine is read from /proc")
  void aContainerHasNoMoreThanItsMachine() throws Exception {
    long machine =
        Files.readAllLines(Path.of("/proc/meminfo")).stream()
            .filter(line -> line.startsWith("MemTotal:"))
            .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) << 10)
            .findFirst()
            .orElseThrow();
    assertThat(HostMemory.read().total()).isBetween(1L, machine);
  }

  @Test
  void withoutTheKernelsFilesTheJvmIsBelieved() {
    assertThat(HostMemory.read(root, 5000, 4096)).isEqualTo(new HostMemory(5000, 4096));
  }

  @Test
  void withoutControlGroupsTheMachinesMemoryCounts() throws IOException {
    machine();
    assertThat(read()).isEqualTo(UNLIMITED);
  }

  @Test
  void theSecondVersionsLimitBindsAndCachedFilesDoNotCountAsUsed() throws IOException {
    machine();
    process("0::/");
    second("", "400000", 300_000, 50_000, 20_000);
    assertThat(read()).isEqualTo(new HostMemory(400_000, 170_000));
  }

  @Test
  void maxIsNoLimit() throws IOException {
    machine();
    process("0::/work");
    second("work", "max", 300_000, 0, 0);
    assertThat(read()).isEqualTo(UNLIMITED);
  }

  @Test
  void aLimitAboveTheMachinesMemoryDoesNotAddAny() throws IOException {
    machine();
    process("0::/");
    second("", "9000000", 300_000, 0, 0);
    assertThat(read()).isEqualTo(UNLIMITED);
  }

  @Test
  void ofNestedGroupsTheTightestBinds() throws IOException {
    machine();
    process("0::/slice/session/job");
    second("slice/session/job", "500000", 100_000, 0, 0);
    second("slice/session", "max", 100_000, 0, 0);
    second("slice", "550000", 450_000, 0, 0);
    // The job's own limit is the lowest, its neighbours in the slice have used up more.
    assertThat(read()).isEqualTo(new HostMemory(500_000, 100_000));
  }

  @Test
  void aGroupThatIsOverItsLimitLeavesNothing() throws IOException {
    machine();
    process("0::/job");
    second("job", "400000", 500_000, 10_000, 0);
    assertThat(read()).isEqualTo(new HostMemory(400_000, 0));
  }

  @Test
  void aGroupThatDoesNotSayWhatItUsesStillHasItsLimit() throws IOException {
    machine();
    process("0::/job");
    write("sys/fs/cgroup/job/memory.max", "400000\n");
    assertThat(read()).isEqualTo(new HostMemory(400_000, 400_000));
  }

  @Test
  void theFirstVersionsLimitBindsAlsoWhereBothVersionsAreMounted() throws IOException {
    machine();
    process("12:cpu,cpuacct:/elsewhere", "4:memory:/docker/abc", "0::/");
    first("docker/abc", "400000", 300_000, 50_000, 20_000);
    second("", "10", 10, 0, 0);
    assertThat(read()).isEqualTo(new HostMemory(400_000, 170_000));
  }

  @Test
  void theFirstVersionsHugeNumberIsNoLimit() throws IOException {
    machine();
    process("4:memory:/");
    first("", "9223372036854771712", 300_000, 50_000, 0);
    assertThat(read()).isEqualTo(UNLIMITED);
  }

  @Test
  void aContainerThatIsNamedByItsHostsPathFindsItsGroupAtTheMount() throws IOException {
    machine();
    process("4:memory:/docker/abc");
    first("", "400000", 300_000, 0, 0);
    assertThat(read()).isEqualTo(new HostMemory(400_000, 100_000));
  }

  @Test
  void aPathThatLeadsOutOfTheMountIsNotFollowed() throws IOException {
    machine();
    process("0::/../../../job");
    write("job/memory.max", "1");
    second("", "400000", 300_000, 0, 0);
    assertThat(read()).isEqualTo(new HostMemory(400_000, 100_000));
  }

  private HostMemory read() {
    return HostMemory.read(root, TOTAL, 1);
  }

  private void machine() throws IOException {
    write("proc/meminfo", "MemTotal:  1000 kB\nMemFree:  100 kB\nMemAvailable:  600 kB\n");
  }

  private void process(String... groups) throws IOException {
    write("proc/self/cgroup", String.join("\n", groups) + "\n");
  }

  private void first(String group, String limit, long used, long inactive, long active)
      throws IOException {
    String folder = "sys/fs/cgroup/memory/" + group + "/";
    write(folder + "memory.limit_in_bytes", limit + "\n");
    write(folder + "memory.usage_in_bytes", used + "\n");
    write(
        folder + "memory.stat",
        "cache 1\ninactive_file 1\nactive_file 1\ntotal_inactive_file %d\ntotal_active_file %d\n"
            .formatted(inactive, active));
  }

  private void second(String group, String limit, long used, long inactive, long active)
      throws IOException {
    String folder = "sys/fs/cgroup/" + group + "/";
    write(folder + "memory.max", limit + "\n");
    write(folder + "memory.current", used + "\n");
    write(
        folder + "memory.stat",
        "anon 1\nfile 1\ninactive_file %d\nactive_file %d\n".formatted(inactive, active));
  }

  private void write(String file, String text) throws IOException {
    Path path = root.resolve(file);
    Files.createDirectories(path.getParent());
    Files.writeString(path, text);
  }
}
