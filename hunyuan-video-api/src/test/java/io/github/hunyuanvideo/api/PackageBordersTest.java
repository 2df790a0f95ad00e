package io.github.hunyuanvideo.api;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaPackage;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import org.jspecify.annotations.NullMarked;

/** Who only asks for videos meets no type of the engine. */
@AnalyzeClasses(
    packages = "io.github.hunyuanvideo.api",
    importOptions = ImportOption.DoNotIncludeTests.class)
class PackageBordersTest {

  private static final String API = "io.github.hunyuanvideo.api";
  private static final String STAGE = API + ".stage..";

  @ArchTest
  static final ArchRule djlAppearsOnlyInStages =
      noClasses()
          .that()
          .resideOutsideOfPackage(STAGE)
          .should()
          .dependOnClassesThat()
          .resideInAPackage("ai.djl..");

  @ArchTest
  static final ArchRule valuesDoNotKnowStages =
      noClasses()
          .that()
          .resideOutsideOfPackage(STAGE)
          .should()
          .dependOnClassesThat()
          .resideInAPackage(STAGE);

  @ArchTest
  static final ArchRule theApiKnowsNothingOfItsImplementation =
      noClasses()
          .should()
          .dependOnClassesThat()
          .resideInAPackage("io.github.hunyuanvideo.core..")
          .orShould()
          .dependOnClassesThat()
          .resideInAPackage("ai.djl.pytorch..");

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
