package io.github.hunyuanvideo.core;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaPackage;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;

/** Packages follow one another as data walks through them, and each keeps to its own business. */
@AnalyzeClasses(
    packages = "io.github.hunyuanvideo.core",
    importOptions = ImportOption.DoNotIncludeTests.class)
class PackageBordersTest {

  private static final String CORE = "io.github.hunyuanvideo.core";

  /** What each package may know of the others. The pipeline knows them all. */
  private static final Map<String, List<String>> NEIGHBOURS =
      Map.of(
          "files", List.of(),
          "device", List.of(),
          "torch", List.of("files"),
          "checkpoint", List.of("torch", "files"),
          "weights", List.of("checkpoint", "torch"),
          "text", List.of("weights", "checkpoint", "torch", "files"),
          "transformer", List.of("weights", "checkpoint", "torch"),
          "vae", List.of("weights", "checkpoint", "torch"),
          "scheduler", List.of("torch"),
          "video", List.of("files"));

  private static String[] inside(Stream<String> packages) {
    return packages.map(name -> CORE + "." + name + "..").toArray(String[]::new);
  }

  @ArchTest
  static void packagesKnowOnlyThoseThatDataHasPassed(JavaClasses classes) {
    NEIGHBOURS.forEach(
        (name, known) -> {
          Stream<String> allowed = Stream.concat(Stream.of(name), known.stream());
          DescribedPredicate<JavaClass> others =
              resideInAPackage(CORE + "..")
                  .and(DescribedPredicate.not(resideInAnyPackage(inside(allowed))));
          noClasses()
              .that()
              .resideInAPackage(CORE + "." + name + "..")
              .should()
              .dependOnClassesThat(others.as("reside in other packages than %s", known))
              .check(classes);
        });
  }

  @ArchTest
  static void everyPackageIsOneOfThose(JavaClasses classes) {
    Set<String> names =
        classes.stream()
            .map(JavaClass::getPackageName)
            .filter(name -> !name.equals(CORE))
            .map(name -> name.substring(CORE.length() + 1))
            .collect(Collectors.toSet());
    assertThat(names)
        .as("packages; a new one needs its place in the order")
        .containsAll(NEIGHBOURS.keySet())
        .allMatch(name -> name.equals("pipeline") || NEIGHBOURS.containsKey(name));
  }

  @ArchTest
  static final ArchRule nobodyKnowsThePipeline =
      noClasses()
          .that()
          .resideOutsideOfPackage(CORE + ".pipeline..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage(CORE + ".pipeline..");

  @ArchTest
  static final ArchRule onlyTheEngineRoomTouchesDjlsPyTorch =
      noClasses()
          .that()
          .resideOutsideOfPackage(CORE + ".torch..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("ai.djl.pytorch..");

  @ArchTest
  static final ArchRule bf16IsNeverADjlTypeOutsideOfTheEngineRoom =
      noClasses()
          .that()
          .resideOutsideOfPackage(CORE + ".torch..")
          .should()
          .accessField(DataType.class, "BFLOAT16");

  @ArchTest
  static final ArchRule arraysOfDjlAppearOnlyInStages =
      noClasses()
          .that()
          .resideOutsideOfPackages(
              inside(Stream.of("torch", "pipeline", "transformer", "text", "vae", "scheduler")))
          .should()
          .dependOnClassesThat()
          .areAssignableTo(NDArray.class);

  @ArchTest
  static final ArchRule nothingStaticIsReassigned =
      fields()
          .that()
          .areStatic()
          .should()
          .beFinal()
          .as("no static field can be assigned a second time");

  @ArchTest
  static final ArchRule everyClassHasANameOfItsOwn =
      noClasses()
          .should()
          .haveNameMatching(".*(Utils?|Manager|Impl|Helper)(\\$.*)?")
          .orShould()
          .haveNameMatching(".*[.$][^.$]*Base[^.$]*(\\$.*)?");

  @ArchTest
  static void everyPackageIsNullMarked(JavaClasses classes) {
    assertThat(
            classes.stream()
                .map(JavaClass::getPackage)
                .distinct()
                .filter(part -> !part.isAnnotatedWith(NullMarked.class))
                .map(JavaPackage::getName))
        .as("packages without @NullMarked")
        .isEmpty();
  }
}
