"""Globals in pickles of XGBoost 1.7 to 3.4, LightGBM 3.3 to 4.7 and CatBoost 1.2.

Boosters are only created and filled: their constructors would read files.
"""

from typing import Final

from promotion.checks.scan.allow.uses import Pair, Use, table

PAIRS: Final[dict[Pair, Use]] = table(
    Use.CREATE,
    """
    catboost.core: CatBoost CatBoostClassifier CatBoostRanker CatBoostRegressor
    lightgbm.basic: Booster
    lightgbm.compat: _LGBMLabelEncoder
    lightgbm.sklearn: LGBMClassifier LGBMModel LGBMRanker LGBMRegressor
    xgboost.callback: EarlyStopping EvaluationMonitor LearningRateScheduler
    xgboost.compat: XGBoostLabelEncoder
    xgboost.core: Booster
    xgboost.sklearn: XGBClassifier XGBModel XGBRFClassifier XGBRFRegressor XGBRanker XGBRegressor
    """,
)
